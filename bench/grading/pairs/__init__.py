"""Pieces that pairs of tests and programs are made of: tasks, forms of tests, kinds of programs."""
