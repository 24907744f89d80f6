package org.bytedeco.openvino.presets;

/**
 * Replaces JavaCPP's class of this name, for the same reason as {@link
 * org.bytedeco.dnnl.presets.dnnl}.
 */
public class openvino {}
