"""Pictures whose contents are known, because they are rendered: small things of every day, and rooms.

They are no photographs, and what works on them need not work on photographs. But a thing can be turned, lit and put
anywhere, and a camera can be walked through a room, which no photograph of the packages allows.
"""
