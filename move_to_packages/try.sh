#!/bin/bash
cd try 2>/dev/null || { git -C main worktree add -q try -b house-try2 main; ln -s .venv try/.venv; cd try; }
git reset -q --hard ${1:-main} && git clean -qfdx -e .venv && ./apply.sh . ${2:-} ; .venv/bin/ruff check --output-format concise . | tail -30; MYPY_CACHE_DIR=scratch/mypy-try .venv/bin/mypy 2>&1 | tail -20; python3 ./metrics.py . | grep -E "arrows|CIRCLE|loose|longest"
