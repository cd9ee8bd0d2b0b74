"""What the portal knows of people, and their rights over it: copy, correction, closing, retention.

个人信息保护法 arts. 19, 44–50.
"""
