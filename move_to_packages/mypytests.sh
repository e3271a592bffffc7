#!/bin/bash
# compare loose mypy errors of tests: mypytests.sh ROOT
cd $1; .venv/bin/mypy --config-file /dev/null --ignore-missing-imports --check-untyped-defs --explicit-package-bases --cache-dir scratch/mypycache-$(basename $1) tests bench docs/screenshots.py 2>&1 | sed -E 's/^[^:]+:[0-9]+: //' | sort | uniq -c | sort -rn
