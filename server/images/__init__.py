"""What is made of uploaded images, so that they can be shown to everybody."""
