"""Texts on paper: a tree for each, set by Typst; below the letters, which attach it, and the pages, which offer it."""
