"""Find and share files with the people of your JupyterHub, from inside JupyterLab."""
