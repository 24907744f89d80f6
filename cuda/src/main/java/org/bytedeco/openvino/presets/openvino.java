package org.bytedeco.openvino.presets;

/** Stands in for JavaCPP's class of this name, as {@link org.bytedeco.dnnl.presets.dnnl} does. */
public class openvino {}
