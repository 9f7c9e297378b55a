"""Channels: how a notice leaves the house, by rules that are data.

``hours`` knows clocks; ``outside``, ``filling``, ``mail``, ``pushing`` and ``kinds``
how one message is sent; ``words`` what it says; ``routing`` makes messages of notices,
``sending`` takes them one by one; ``addresses`` and ``leaves`` are a person's own.
"""
