"""Tests of what looks after public logs from outside."""
