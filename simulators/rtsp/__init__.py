"""An RTSP 1.0 server for one live H.264 stream.

In: access units with the moment of their exposure, and a login.
Out: RTP and RTCP over the RTSP connection, over UDP, or with all of RTSP inside HTTP.
Law: RTP time stamps and the wall time of sender reports come from the same exposure clock.
"""
