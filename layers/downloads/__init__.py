"""Whole layers as files: asked for, permitted, made by a job and on record."""
