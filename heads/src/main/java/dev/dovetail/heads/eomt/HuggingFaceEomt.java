package dev.dovetail.heads.eomt;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.dovetail.backbones.vit.AttentionOptions;
import dev.dovetail.backbones.vit.ClassifierHead;
import dev.dovetail.backbones.vit.Embedding;
import dev.dovetail.backbones.vit.Embedding.Codes;
import dev.dovetail.backbones.vit.Embedding.Positions;
import dev.dovetail.backbones.vit.Embedding.Tokens;
import dev.dovetail.backbones.vit.Geometry;
import dev.dovetail.backbones.vit.Rotary;
import dev.dovetail.backbones.vit.VisionTransformer;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.network.ImageBatch;
import dev.dovetail.graph.nn.Activation;
import dev.dovetail.graph.nn.Interpolation;
import dev.dovetail.graph.nn.Mlp;
import dev.dovetail.heads.queries.UniversalTasks;
import dev.dovetail.registry.config.ConfigTree;
import dev.dovetail.registry.huggingface.ActivationName;
import dev.dovetail.registry.huggingface.Architecture;
import dev.dovetail.registry.huggingface.HuggingFaceReader;
import dev.dovetail.registry.huggingface.Labels;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads {@code eomt} and {@code eomt_dinov3} configs of transformers. */
final class HuggingFaceEomt implements HuggingFaceReader<Eomt> {

  private static final String SEGMENTATION = "ForUniversalSegmentation";
  private static final String DINOV3 = "eomt_dinov3";
  private static final String ACTIVATION = "hidden_act";

  /** A tensor in the weights: the probability of masked attention in each block with queries. */
  private static final String MASKS = "attn_mask_probs";

  @Override
  public Set<String> modelTypes() {
    return Set.of("eomt", DINOV3);
  }

  /**
   * {@inheritDoc} The model has no masked attention, which only {@link #model(ConfigTree, Map)}
   * reads.
   */
  @Override
  public Eomt model(ConfigTree config) {
    return model(config, List.of());
  }

  @Override
  public Set<String> state() {
    return Set.of(MASKS);
  }

  /**
   * {@inheritDoc}
   *
   * <p>If {@code attn_mask_probs} is 1, transformers masks the attention of the queries in
   * inference as well. It is 0 in completely trained models.
   */
  @Override
  public Eomt model(ConfigTree config, Map<String, float[]> state) {
    float[] chances = state.getOrDefault(MASKS, new float[0]);
    int queryBlocks = queryBlocks(config);
    if (chances.length != 0 && chances.length != queryBlocks) {
      throw config.wrong(
          "num_blocks", chances.length + ", as many as " + MASKS + " in the weights has values");
    }
    List<Integer> masked = new ArrayList<>();
    for (int i = 0; i < chances.length; i++) {
      if (chances[i] > 0 && chances[i] < 1) {
        throw new IllegalArgumentException(
            MASKS
                + " in the weights has "
                + chances[i]
                + ": queries would be masked at random, as during training; expected 0"
                + " (never) or 1 (always)");
      }
      if (chances[i] > 0) {
        masked.add(depth(config) - queryBlocks + i);
      }
    }
    return model(config, masked);
  }

  private static int depth(ConfigTree config) {
    return config.integer("num_hidden_layers", 24, 1);
  }

  private static int queryBlocks(ConfigTree config) {
    return config.integer("num_blocks", 4, 1);
  }

  private Eomt model(ConfigTree config, List<Integer> maskedBlocks) {
    String architecture = Architecture.of(config);
    if (!architecture.isEmpty() && !architecture.endsWith(SEGMENTATION)) {
      throw config.wrong("architectures", "a class name that ends in " + SEGMENTATION);
    }
    Architecture.onlyUsual(config);
    boolean rotary = config.text("model_type", "eomt").equals(DINOV3);
    return new Eomt(
        labels(config).count(),
        transformer(config, rotary ? dinov3(config) : dinov2(config)),
        config.integer("num_queries", 200, 1),
        queryBlocks(config),
        maskedBlocks,
        config.integer("num_upscale_blocks", 2, 0),
        ActivationName.of(config, ACTIVATION, "gelu"));
  }

  /** Reads the common keys of both. */
  private static VisionTransformer transformer(ConfigTree config, VisionTransformer own) {
    int size = config.square("image_size", 640);
    int patch = config.square("patch_size", 16);
    if (size % patch != 0) {
      throw config.wrong("image_size", "a multiple of the patches' " + patch + " pixels");
    }
    Geometry geometry =
        Geometry.of(
                config.integer("hidden_size", 1024, 1),
                depth(config),
                config.integer("num_attention_heads", 16, 1))
            .withMlpRatio(own.geometry().mlpRatio())
            .withPatchSize(patch)
            .withPretrainSize(size, 0);
    Embedding embedding =
        own.embedding()
            .withTokens(new Tokens(true, false, config.integer("num_register_tokens", 4, 0)));
    return own.withGeometry(geometry)
        .withEmbedding(embedding)
        .withLayerScale(true)
        .withEpsilon(config.number("layer_norm_eps", 1e-6, 0))
        .withHead(ClassifierHead.ofClassToken());
  }

  private static VisionTransformer dinov2(ConfigTree config) {
    boolean gated = config.flag("use_swiglu_ffn", false);
    if (!gated) {
      config.only(ACTIVATION, "gelu");
    }
    int width = config.integer("hidden_size", 1024, 1);
    int hidden = width * config.integer("mlp_ratio", 4, 1);
    int narrowed = ((int) (hidden * 2 / 3.0) + 7) / 8 * 8; // two thirds, a multiple of 8
    return VisionTransformer.base()
        .withMlpRatio((gated ? narrowed : hidden) / (double) width)
        .withMlp(gated ? Mlp.SWIGLU : Mlp.GELU)
        .withEmbedding(
            Embedding.vit().withCodes(new Codes(Positions.LEARNED, 0, Interpolation.BICUBIC)));
  }

  private static VisionTransformer dinov3(ConfigTree config) {
    config.only("proj_bias", true);
    config.only("mlp_bias", true);
    boolean bias = config.flag("query_bias", true);
    if (config.flag("value_bias", true) != bias) {
      throw config.wrong("query_bias", "the value of 'value_bias', which is true by default");
    }
    config.only("key_bias", false, bias); // zero if keys have no bias but the others do
    int width = config.integer("hidden_size", 1024, 1);
    int hidden = config.integer("intermediate_size", 4096, 1);
    return VisionTransformer.base()
        .withMlpRatio(hidden / (double) width)
        .withMlp(mlp(config))
        .withQkvBias(bias)
        .withEmbedding(
            Embedding.vit().withCodes(new Codes(Positions.NONE, 0, Interpolation.BICUBIC)))
        .withAttention(
            AttentionOptions.plain().withRotary(new Rotary(Rotary.Kind.UNIT, theta(config), 0)));
  }

  private static Mlp mlp(ConfigTree config) {
    if (!config.flag("use_gated_mlp", false)) {
      config.only(ACTIVATION, "gelu");
      return Mlp.GELU;
    }
    config.only(ACTIVATION, "gelu", "silu");
    return ActivationName.of(config, ACTIVATION, "gelu") == Activation.SILU
        ? Mlp.SWIGLU
        : Mlp.GEGLU;
  }

  private static double theta(ConfigTree config) {
    String key = "rope_parameters";
    ConfigTree rope = config.has(key) ? config.child(key) : config;
    rope.only("rope_type", "default");
    return rope.number("rope_theta", 100, Double.MIN_VALUE);
  }

  @Override
  public Labels labels(ConfigTree config) {
    return Labels.of(config);
  }

  @Override
  public String task(ConfigTree config) {
    return UniversalTasks.of(config);
  }

  /** The rules of transformers' processor for EoMT and its thresholds, except for instances. */
  @Override
  public ObjectNode taskSections(
      ConfigTree config, String task, boolean reduceLabels, List<Integer> input) {
    ObjectNode sections = JsonNodeFactory.instance.objectNode();
    ObjectNode test = JsonNodeFactory.instance.objectNode();
    switch (task) {
      case "semantic" -> {
        test.put("mode", "direct");
        input.forEach(test.withArray("crop")::add);
        input.forEach(test.withArray("stride")::add);
        test.putObject("masks").put("at", "input").putArray("size");
        sections.putObject("labels").put("reduceZero", reduceLabels);
      }
      case "detection" ->
          test.put("ranking", "queries")
              .put("maxDetections", config.integer("num_queries", 200, 1));
      case "panoptic" -> test.put("strictOverlap", true);
      default -> {
        return sections;
      }
    }
    sections.set("test", test);
    return sections;
  }

  @Override
  public String imageProcessor(ConfigTree config) {
    return "EomtImageProcessor";
  }

  @Override
  public Map<String, Tensor> outputs(
      Scope root, ConfigTree config, Eomt model, Tensor image, int classes) {
    Map<String, Tensor> out =
        new LinkedHashMap<>(model.forward(root, ImageBatch.whole(root, image)).tensors());
    out.put("last_hidden_state", root.trace().graph(Map.of()).values().get("last_hidden_state"));
    return out;
  }
}
