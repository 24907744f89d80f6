package dev.dovetail.backbones.vit;

import dev.dovetail.graph.Init;

/** From whose code a plain transformer descends: names of its parameters and biases differ. */
public enum Lineage {
  /**
   * ViT, DeiT, DINOv2, MAE, SAM: one bias {@code attn.qkv.bias}; layer scales {@code gamma1} and
   * {@code gamma2}.
   */
  VIT("gamma", true, Init.ones()),
  /**
   * BEiT, EVA-02, DINOv3: keys have no bias, queries and values {@code attn.q_bias} and {@code
   * attn.v_bias}; layer scales {@code gamma_1} and {@code gamma_2}.
   */
  BEIT("gamma_", false, new Init.Constant(1e-6f));

  private final String scale;
  private final boolean keyBias;
  private final Init scaleInit;

  Lineage(String scale, boolean keyBias, Init scaleInit) {
    this.scale = scale;
    this.keyBias = keyBias;
    this.scaleInit = scaleInit;
  }

  /** The name of the layer scale of branch 1 (attention) or 2 (MLP). */
  String scale(int branch) {
    return scale + branch;
  }

  /** Whether keys have a bias where queries and values have one. */
  boolean keyBias() {
    return keyBias;
  }

  Init scaleInit() {
    return scaleInit;
  }
}
