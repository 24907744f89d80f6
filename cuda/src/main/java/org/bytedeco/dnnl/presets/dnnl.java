package org.bytedeco.dnnl.presets;

/**
 * Replaces JavaCPP's class of this name, which is a superclass in the binding of ONNX Runtime. The
 * original loads oneDNN and OpenCL: 130 MB of libraries that are not used here and that crashed the
 * processes of some users (bytedeco/javacpp-presets#1680). It is optional in releases after 1.5.14
 * (#1802), which make this class obsolete.
 */
public class dnnl {}
