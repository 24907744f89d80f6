package dev.dovetail.models.parity;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dovetail.backbones.Backbone;
import dev.dovetail.backbones.vit.AttentionOptions;
import dev.dovetail.backbones.vit.AttentionOptions.Relative;
import dev.dovetail.backbones.vit.ClassifierHead;
import dev.dovetail.backbones.vit.Embedding;
import dev.dovetail.backbones.vit.Embedding.Codes;
import dev.dovetail.backbones.vit.Embedding.Positions;
import dev.dovetail.backbones.vit.Embedding.Tokens;
import dev.dovetail.backbones.vit.Geometry;
import dev.dovetail.backbones.vit.Rotary;
import dev.dovetail.backbones.vit.VisionTransformer;
import dev.dovetail.graph.nn.Interpolation;
import dev.dovetail.graph.nn.Mlp;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * Plain vision transformers of timm, from the arguments of its constructors, and of transformers.
 */
final class VitZoo {

  private VitZoo() {}

  static Map<String, FixtureTest> timm() {
    return Map.of(
        "timm.VisionTransformer",
        runner(VitZoo::vit, 224),
        "timm.Beit",
        runner(VitZoo::beit, 224),
        "timm.Eva",
        runner(VitZoo::eva, 224),
        "timm.VisionTransformerSAM",
        runner(VitZoo::sam, 1024));
  }

  /** Adds defaults of common arguments of timm's constructors that are missing in a config. */
  private static TimmRunner runner(Function<JsonNode, Backbone> backbone, int imageSize) {
    return new TimmRunner(
        config ->
            backbone.apply(
                Fixture.withDefaults(
                    config,
                    "{\"embed_dim\": 768, \"depth\": 12, \"num_heads\": 12, \"patch_size\": 16,"
                        + " \"img_size\": "
                        + imageSize
                        + "}")));
  }

  private static VisionTransformer vit(JsonNode p) {
    int registers = p.path("reg_tokens").asInt();
    boolean classToken = p.path("class_token").asBoolean(true);
    int leading = p.path("no_embed_class").asBoolean() ? 0 : registers + (classToken ? 1 : 0);
    Embedding embedding =
        embedding(classToken, registers, Positions.LEARNED, leading)
            .withNorm(p.path("pre_norm").asBoolean());
    return transformer(VisionTransformer.base(), p, embedding)
        .withAttention(AttentionOptions.plain().withQkNorm(p.path("qk_norm").asBoolean()))
        .withHead(head(p, "token"));
  }

  private static VisionTransformer beit(JsonNode p) {
    Relative relative =
        p.path("use_shared_rel_pos_bias").asBoolean()
            ? Relative.SHARED_TABLE
            : p.path("use_rel_pos_bias").asBoolean() ? Relative.TABLE : Relative.NONE;
    return transformer(withoutKeyBias(), p, embedding(p))
        .withAttention(AttentionOptions.plain().withRelative(relative))
        .withHead(head(p, "avg"));
  }

  private static VisionTransformer withoutKeyBias() {
    return VisionTransformer.base().withKeyBias(false).withInitialLayerScale(1e-6);
  }

  private static VisionTransformer eva(JsonNode p) {
    Rotary rotary =
        p.path("use_rot_pos_emb").asBoolean()
            ? new Rotary(Rotary.Kind.GRID, 10000, p.get("ref_feat_shape").get(0).asInt())
            : Rotary.none();
    Mlp mlp =
        !p.path("swiglu_mlp").asBoolean()
            ? Mlp.GELU
            : p.path("scale_mlp").asBoolean() ? Mlp.SWIGLU_NORM : Mlp.SWIGLU;
    return transformer(withoutKeyBias(), p, embedding(p))
        .withMlp(mlp)
        .withAttention(AttentionOptions.plain().withRotary(rotary))
        .withHead(head(p, "avg"));
  }

  private static VisionTransformer sam(JsonNode p) {
    boolean learned = p.path("use_abs_pos").asBoolean(true);
    Embedding embedding = embedding(false, 0, learned ? Positions.LEARNED : Positions.NONE, 0);
    boolean relative = p.path("use_rel_pos").asBoolean();
    return transformer(VisionTransformer.base(), p, embedding)
        .withAttention(
            AttentionOptions.plain()
                .withPadInput(true)
                .withRelative(relative ? Relative.DECOMPOSED : Relative.NONE)
                .withResizeTable(Interpolation.BILINEAR))
        .withEpsilon(1e-5)
        .withHead(
            new ClassifierHead(
                ClassifierHead.Pool.MEAN,
                ClassifierHead.Norm.NONE,
                p.path("neck_chans").asInt(256)));
  }

  private static Embedding embedding(JsonNode p) {
    boolean learned = p.path("use_abs_pos_emb").asBoolean(true);
    return embedding(true, 0, learned ? Positions.LEARNED : Positions.NONE, 1);
  }

  private static Embedding embedding(
      boolean classToken, int registers, Positions positions, int leading) {
    return Embedding.vit()
        .withTokens(new Tokens(classToken, false, registers))
        .withCodes(new Codes(positions, leading, Interpolation.ANTIALIASED));
  }

  private static ClassifierHead head(JsonNode p, String otherwise) {
    return p.path("global_pool").asText(otherwise).equals("avg")
        ? ClassifierHead.ofMean(
            p.path("fc_norm").asBoolean(true)
                ? ClassifierHead.Norm.POOLED
                : ClassifierHead.Norm.TOKENS)
        : ClassifierHead.ofClassToken();
  }

  private static VisionTransformer transformer(
      VisionTransformer from, JsonNode p, Embedding embedding) {
    JsonNode size = p.path(p.has("checkpoint_img_size") ? "checkpoint_img_size" : "img_size");
    int depth = p.get("depth").asInt();
    return from.withEmbedding(embedding)
        .withGeometry(
            Geometry.of(p.get("embed_dim").asInt(), depth, p.get("num_heads").asInt())
                .withMlpRatio(p.path("mlp_ratio").asDouble(4))
                .withPatchSize(p.get("patch_size").asInt())
                .withPretrainSize(
                    size.isArray() ? size.get(0).asInt() : size.asInt(),
                    size.isArray() ? size.get(1).asInt() : 0))
        .withQkvBias(p.path("qkv_bias").asBoolean(true))
        .withLayerScale(p.has("init_values"))
        .withWindows(windows(p, depth));
  }

  private static List<Integer> windows(JsonNode p, int depth) {
    List<Integer> global =
        IntStream.range(0, p.path("global_attn_indexes").size())
            .map(i -> p.get("global_attn_indexes").get(i).asInt())
            .boxed()
            .toList();
    return IntStream.range(0, depth)
        .map(i -> global.contains(i) ? 0 : p.path("window_size").asInt())
        .boxed()
        .toList();
  }
}
