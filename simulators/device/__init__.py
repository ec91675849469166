"""A camera as its network sees it: SOAP over HTTP, its logins, its snapshots and its events.

In: one camera of the facility, a login and a clock.
Out: an ONVIF device that stock clients accept.
Law: it moves nothing but through ``Control``, and knows nothing of who calls it.
"""
