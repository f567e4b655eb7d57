"""Everything Qt and pyqtgraph: views of the workbench, and the workbench itself."""
