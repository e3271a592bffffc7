"""Tests of backups: made while the program runs, put back, noticed, exported."""
