#!/usr/bin/env bash
# Virtual environment for the peers (never a requirement of the project): ./bench/peers.sh [FOLDER]; a few minutes, 3 GB.
# underfocus goes in as well, so that a pair runs in one process. RELION comes from Debian: apt-get install relion.
set -euo pipefail
folder=${1:-.bench/peers}
here=$(cd "$(dirname "$0")/.." && pwd)
python3 -m venv "$folder"
"$folder/bin/pip" install --quiet torch==2.13.0
"$folder/bin/pip" install --quiet torch-ctf==0.6.0 cryojax==0.6.0 aspire==0.14.3 abtem==1.0.11 finufft ducc0
# cryoDRGN's metadata pin old versions of others here; its CTF and back-projection need only these.
"$folder/bin/pip" install --quiet --no-deps cryodrgn==4.3.1
"$folder/bin/pip" install --quiet pyyaml starfile umap-learn igraph plotly seaborn healpy
"$folder/bin/pip" install --quiet -e "$here"
