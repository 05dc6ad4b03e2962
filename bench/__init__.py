"""One script a claim: every number that the documents name can be measured again from here."""
