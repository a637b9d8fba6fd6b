"""What people see: panes, pages and panels. They ask the session and redraw on its one signal."""
