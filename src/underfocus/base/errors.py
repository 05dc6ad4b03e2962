"""Every error and warning that underfocus raises on purpose.

    UnderfocusError
    ├── InputError (ValueError)      a value, a shape or a combination that cannot be used
    │   └── KnobError                a knob outside its valid range, or of the wrong kind
    ├── FileError
    │   ├── MissingFileError         the file is not there
    │   ├── FormatError              the file is not what its name or header says
    │   └── UnsupportedFileError     understood, and refused with a reason
    ├── JobError                     a job folder that cannot be used
    └── ClusterError                 a cluster that does not answer, or that lost its workers

    UnderfocusWarning (UserWarning)
    ├── HeaderWarning                a header that contradicts itself or lacks a value
    └── UnusedColumnsWarning         metadata that would change the result and are not honoured

A message says what was wrong, what was found, and what to do, in one sentence that stands alone.
"""

from __future__ import annotations


class UnderfocusError(Exception):
    """Base of every error raised on purpose; the command line prints its message without a traceback."""


class InputError(UnderfocusError, ValueError):
    """A value, a shape or a combination of arguments that cannot be used."""


class KnobError(InputError):
    """A knob outside its valid range, or of the wrong kind."""


class FileError(UnderfocusError):
    """A file that cannot be used."""


class MissingFileError(FileError, FileNotFoundError):
    """A file that is not there."""


class FormatError(FileError):
    """A file that is not what its name or its header says."""


class UnsupportedFileError(FileError):
    """A file that was understood and is refused, with the reason."""


class JobError(UnderfocusError):
    """A job folder that cannot be used."""


class ClusterError(UnderfocusError):
    """A cluster that does not answer, or that lost the workers needed."""


class UnderfocusWarning(UserWarning):
    """Base of every warning raised on purpose."""


class HeaderWarning(UnderfocusWarning):
    """A header that contradicts itself or lacks a value."""


class UnusedColumnsWarning(UnderfocusWarning):
    """Metadata that would change the result and are not honoured."""
