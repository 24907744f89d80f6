package dev.dovetail.models.parity;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dovetail.adapters.interaction.BranchState;
import dev.dovetail.adapters.interaction.ConvFfn;
import dev.dovetail.adapters.interaction.SpatialPrior;
import dev.dovetail.adapters.vitcomer.CtiToC;
import dev.dovetail.adapters.vitcomer.CtiToV;
import dev.dovetail.adapters.vitcomer.ExtraCti;
import dev.dovetail.adapters.vitcomer.Interaction;
import dev.dovetail.adapters.vitcomer.Mrfp;
import dev.dovetail.backbones.Features;
import dev.dovetail.backbones.vit.PositionEmbedding;
import dev.dovetail.backbones.vit.TokenLayer;
import dev.dovetail.backbones.vit.VisionTransformer;
import dev.dovetail.graph.Convolution;
import dev.dovetail.graph.Sampling;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.TensorData;
import dev.dovetail.graph.nn.Extent;
import dev.dovetail.graph.nn.Interpolation;
import dev.dovetail.graph.nn.MultiScaleDeformableAttention;
import dev.dovetail.graph.nn.Resampling;
import dev.dovetail.graph.nn.TokenPyramid;
import dev.dovetail.models.PartRegistry;
import dev.dovetail.registry.KnownLayout;
import dev.dovetail.weights.Checkpoint;
import dev.dovetail.weights.layouts.Layout;
import dev.dovetail.weights.layouts.Rule;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Runs the fixtures of single parts of backbones and adapters, and of resampling. */
final class BackbonePartRunners {

  /** A part as a function of its scope, its inputs, its hyperparameters and the 1/16 map. */
  private interface Part {
    Map<String, Tensor> apply(Scope s, Map<String, Tensor> in, JsonNode p, Extent grid);
  }

  private BackbonePartRunners() {}

  static Map<String, FixtureRunner> all() {
    return Map.ofEntries(
        part("vit_block", BackbonePartRunners::vitBlock),
        Map.entry("module/beit_block", BackbonePartRunners::beitBlock),
        part("spm", BackbonePartRunners::spatialPrior),
        part("msda", BackbonePartRunners::deformableAttention),
        part(
            "mrfp",
            (s, in, p, grid) ->
                output(new Mrfp(hidden(p)).apply(s, pyramid(in.get("x"), grid)).tokens())),
        part(
            "convffn",
            (s, in, p, grid) ->
                output(new ConvFfn(hidden(p)).apply(s, pyramid(in.get("x"), grid)).tokens())),
        part("cti_tov", BackbonePartRunners::ctiToV),
        part(
            "cti_toc",
            (s, in, p, grid) ->
                output(
                    ctiToC(p, "num_heads")
                        .apply(s, pyramid(in.get("query"), grid).plusAt(1, in.get("feat")))
                        .tokens())),
        part(
            "extra_cti",
            (s, in, p, grid) ->
                output(
                    new ExtraCti(ctiToC(p, "num_heads"))
                        .apply(s, pyramid(in.get("query"), grid).plusAt(1, in.get("feat")))
                        .tokens())),
        Map.entry("module/pos_embed", BackbonePartRunners::positionEmbedding),
        Map.entry("module/cti_block", BackbonePartRunners::ctiBlock),
        Map.entry("op/resample", BackbonePartRunners::resample));
  }

  private static Map.Entry<String, FixtureRunner> part(String name, Part part) {
    return Map.entry(
        "module/" + name,
        (fixture, index) -> {
          Extent grid = grid(fixture, index);
          return TracedRun.run(
              fixture, index, (s, in) -> part.apply(s, in, fixture.hyperParameters(), grid));
        });
  }

  /** The size of a case's 1/16 map. */
  private static Extent grid(Fixture fixture, int index) {
    JsonNode size = fixture.arguments(index);
    return new Extent(size.path("H").asInt(), size.path("W").asInt());
  }

  private static Map<String, Tensor> output(Tensor value) {
    return Map.of("output", value);
  }

  private static Features features(Tensor tokens, Extent grid) {
    int prefix = tokens.dim(1) - grid.area();
    return new Features(tokens, grid.height(), grid.width(), prefix, 16);
  }

  /** Tokens at strides 8, 16 and 32. */
  private static TokenPyramid pyramid(Tensor tokens, Extent grid) {
    return new TokenPyramid(
        tokens,
        List.of(
            new Extent(2 * grid.height(), 2 * grid.width()),
            grid,
            new Extent(grid.height() / 2, grid.width() / 2)));
  }

  private static int hidden(JsonNode p) {
    return p.get("hidden").asInt();
  }

  private static int ffnHidden(JsonNode p) {
    return p.path("with_cffn").asBoolean(true)
        ? (int) (p.get("dim").asInt() * p.path("cffn_ratio").asDouble(0.25))
        : 0;
  }

  private static CtiToC ctiToC(JsonNode p, String heads) {
    boolean interaction = p.get("cnn_feature_interaction").asBoolean();
    return new CtiToC(attention(p, heads), ffnHidden(p), interaction);
  }

  private static MultiScaleDeformableAttention attention(JsonNode p, String heads) {
    return new MultiScaleDeformableAttention(
        p.get(heads).asInt(),
        p.path("n_points").asInt(4),
        (int) (p.get("dim").asInt() * p.path("deform_ratio").asDouble(1)));
  }

  private static Map<String, Tensor> vitBlock(
      Scope s, Map<String, Tensor> in, JsonNode p, Extent grid) {
    boolean windowed = p.path("windowed").asBoolean(false);
    VisionTransformer vit =
        VisionTransformer.base()
            .withSize(p.get("dim").asInt(), 1, p.get("num_heads").asInt())
            .withMlpRatio(p.get("mlp_ratio").asDouble())
            .withQkvBias(p.get("qkv_bias").asBoolean())
            .withLayerScale(p.path("layer_scale").asBoolean(false))
            .withWindows(windowed ? p.get("window_size").asInt() : 0)
            .withResidualBlocks(p.path("use_residual").asBoolean(false) ? List.of(0) : List.of());
    return output(vit.block(0).apply(s, features(in.get("x"), grid)));
  }

  /** A single block, whose names are those of the first block of a whole model. */
  private static List<Map<String, TensorData>> beitBlock(Fixture fixture, int index)
      throws IOException {
    Layout alone = new Layout("", List.of(new Rule.Rename(Pattern.compile("(.*)"), "blocks.0.$1")));
    KnownLayout beit =
        PartRegistry.load().layouts().stream()
            .filter(layout -> layout.name().equals("beit"))
            .findFirst()
            .orElseThrow();
    Extent grid = grid(fixture, index);
    JsonNode p = fixture.hyperParameters();
    return TracedRun.run(
        fixture,
        index,
        alone.then(beit.layout()),
        (s, in) -> output(beit(p).block(0).apply(s.at("blocks.0"), features(in.get("x"), grid))));
  }

  /** A window with two sizes is the whole grid. */
  private static VisionTransformer beit(JsonNode p) {
    JsonNode window = p.get("window_size");
    boolean whole = window.isArray();
    VisionTransformer plain =
        VisionTransformer.beit()
            .withSize(p.get("dim").asInt(), 1, p.get("num_heads").asInt())
            .withMlpRatio(p.get("mlp_ratio").asDouble())
            .withQkvBias(p.get("qkv_bias").asBoolean())
            .withLayerScale(p.get("layer_scale").asBoolean());
    return whole
        ? plain
            .withPretrainSize(16 * window.get(0).asInt(), 16 * window.get(1).asInt())
            .withWindows(0)
        : plain.withWindows(window.asInt());
  }

  /** The inputs are sizes, so the fixture has no input tensors. */
  private static List<Map<String, TensorData>> positionEmbedding(Fixture fixture, int index)
      throws IOException {
    JsonNode p = fixture.hyperParameters();
    int size = p.get("pretrain_grid").asInt();
    PositionEmbedding embedding = new PositionEmbedding(size, size, 1, Interpolation.BICUBIC);
    Extent grid = grid(fixture, index);
    return TracedRun.run(
        Optional.of(fixture.weights()),
        Map.of(),
        (s, in) -> {
          Tensor entries = embedding.entries(s, grid.height(), grid.width(), p.get("dim").asInt());
          return output(entries.slice(1, 1, entries.dim(1)));
        });
  }

  private static Map<String, Tensor> spatialPrior(
      Scope s, Map<String, Tensor> in, JsonNode p, Extent grid) {
    new SpatialPrior(p.get("inplanes").asInt(), p.get("embed_dim").asInt())
        .apply(s, in.get("image"));
    return s.trace().graph(Map.of()).values();
  }

  private static Map<String, Tensor> deformableAttention(
      Scope s, Map<String, Tensor> in, JsonNode p, Extent grid) {
    Tensor value = in.get("feat");
    boolean oneLevel = p.get("n_levels").asInt() == 1;
    Tensor output =
        new MultiScaleDeformableAttention(
                p.get("n_heads").asInt(),
                p.get("n_points").asInt(),
                (int) (p.get("d_model").asInt() * p.get("ratio").asDouble()))
            .apply(
                s,
                pyramid(in.get("query"), grid),
                oneLevel ? new TokenPyramid(value, List.of(grid)) : pyramid(value, grid));
    Map<String, Tensor> out = new LinkedHashMap<>(s.trace().graph(Map.of()).values());
    out.remove("");
    out.put("output", output);
    return out;
  }

  private static Map<String, Tensor> ctiToV(
      Scope s, Map<String, Tensor> in, JsonNode p, Extent grid) {
    Tensor output =
        new CtiToV(attention(p, "num_heads"), ffnHidden(p))
            .apply(s, in.get("query"), pyramid(in.get("feat"), grid));
    return Map.of("attn", s.trace().graph(Map.of()).value("attn").orElseThrow(), "output", output);
  }

  /** An interaction with parameters below {@code 0} and transformer blocks below {@code 1}. */
  private static List<Map<String, TensorData>> ctiBlock(Fixture fixture, int index)
      throws IOException {
    JsonNode p = fixture.hyperParameters();
    Extent grid = grid(fixture, index);
    int dim = p.get("dim").asInt();
    int blocks = transformerBlocks(fixture);
    Interaction interaction =
        new Interaction(
            true,
            true,
            dim / 2,
            new CtiToV(attention(p, "deform_num_heads"), ffnHidden(p)),
            ctiToC(p, "deform_num_heads"),
            p.get("extra_num").asInt());
    int heads = p.get("vit_heads").asInt();
    TokenLayer block = VisionTransformer.base().withSize(dim, 1, heads).block(0);
    // The outputs have the names of the inputs, which is not possible in a single graph.
    Map<String, TensorData> inputs = new LinkedHashMap<>();
    fixture.inputs(index).forEach((name, data) -> inputs.put("in." + name, data));
    return TracedRun.run(
        Optional.of(fixture.weights()),
        inputs,
        (s, in) -> {
          Features before = features(in.get("in.x"), grid);
          BranchState state =
              interaction.apply(
                  s.at(0),
                  new BranchState(before, pyramid(in.get("in.c"), grid)),
                  x -> {
                    Features y = x;
                    for (int i = 0; i < blocks; i++) {
                      y = y.with(block.apply(s.at(1).at(i), y));
                    }
                    return y;
                  });
          return Map.of("x", state.x().tokens(), "c", state.c().tokens());
        });
  }

  private static int transformerBlocks(Fixture fixture) throws IOException {
    try (Checkpoint weights = fixture.weights()) {
      return (int)
          weights.tensors().keySet().stream()
              .filter(key -> key.startsWith("1."))
              .map(key -> key.split("\\.")[1])
              .distinct()
              .count();
    }
  }

  private static List<Map<String, TensorData>> resample(Fixture fixture, int index)
      throws IOException {
    List<String> names = List.copyOf(fixture.expected(index).keySet());
    return TracedRun.run(
        Optional.empty(),
        fixture.inputs(index),
        (s, in) -> {
          Map<String, Tensor> out = new LinkedHashMap<>();
          names.forEach(name -> out.put(name, resample(name, in)));
          return out;
        });
  }

  /** Parses a name such as {@code bilinear_to_17x5}. */
  private static Tensor resample(String name, Map<String, Tensor> in) {
    Tensor x = in.get("x");
    String[] words = name.split("_");
    return switch (words[0]) {
      case "bilinear" -> {
        int[] size = size(words, x);
        yield Resampling.bilinear(x, size[0], size[1]);
      }
      case "bicubic" -> {
        int[] size = size(words, x);
        yield Resampling.bicubic(x, size[0], size[1]);
      }
      case "nearest" -> {
        int[] size = size(words, x);
        yield Resampling.nearest(x, size[0], size[1]);
      }
      case "adaptive" ->
          Resampling.adaptiveAveragePool(
              words.length == 4 ? in.get("x" + words[2]) : x,
              Integer.parseInt(words[words.length - 1]));
      case "grid" -> x.apply(new Sampling.GridSample(), in.get("grid"));
      case "maxpool" ->
          x.apply(
              new Convolution.MaxPool(
                  Integer.parseInt(words[1]),
                  Integer.parseInt(words[2]),
                  Integer.parseInt(words[3])));
      case "gelu" -> x.times(3).gelu();
      default -> throw new IllegalArgumentException("no resampling is called " + name);
    };
  }

  /** {@code bilinear_x0.5} is half the size of x, {@code bilinear_to_17x5} is 17 by 5. */
  private static int[] size(String[] words, Tensor x) {
    if (words[1].equals("to")) {
      return Stream.of(words[2].split("x")).mapToInt(Integer::parseInt).toArray();
    }
    double factor = Double.parseDouble(words[1].substring(1));
    return new int[] {(int) (x.dim(2) * factor), (int) (x.dim(3) * factor)};
  }
}
