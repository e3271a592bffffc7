#!/bin/bash
# apply.sh ROOT: the whole move on a clean checkout. Needs python 3.12+ for exact positions in f-strings.
set -e
cd "$1"; here=.; py=python3.13
$py $here/move.py . $2 > ./last.log 2>&1 || { grep -v "^stays" ./last.log; exit 1; }
grep -v "^stays\|^listed" ./last.log || true
$py $here/localnames.py . > ./localnames.log
$py $here/prose.py .
.venv/bin/ruff format -q .
$py $here/after.py .
.venv/bin/ruff check -q --fix --select F401,I . || true
.venv/bin/ruff format -q .
git add -A
