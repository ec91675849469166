"""Machinery: channels and supervised tasks.

In: coroutines and values.
Out: the newest value, the next fact, tasks that are restarted.
Law: no domain word appears here.
"""
