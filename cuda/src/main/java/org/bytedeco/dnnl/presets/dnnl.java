package org.bytedeco.dnnl.presets;

/**
 * Stands in for JavaCPP's class of this name, which ONNX Runtime's inherits from. The real one
 * loads oneDNN and OpenCL, 130 MB of libraries that are not used here, and crashed some users'
 * processes (bytedeco/javacpp-presets#1680). From the release after 1.5.14 on it is optional
 * (#1802), and this class can go.
 */
public class dnnl {}
