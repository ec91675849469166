"""Where things are: between pixels, rays, the floor, and the angles of a head.

In: a camera's mount, lens and aim; pixels, points on the plan, polygons.
Out: pixels, floor points with covariances, footprints, poses, swept paths.
Law: straight optics, no state; whoever asks about privacy gets the conservative answer.
"""
