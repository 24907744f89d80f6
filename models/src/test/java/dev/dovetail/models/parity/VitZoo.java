package dev.dovetail.models.parity;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dovetail.backbones.Backbone;
import dev.dovetail.backbones.vit.AttentionOptions;
import dev.dovetail.backbones.vit.AttentionOptions.Relative;
import dev.dovetail.backbones.vit.Embedding;
import dev.dovetail.backbones.vit.Embedding.Positions;
import dev.dovetail.backbones.vit.Head;
import dev.dovetail.backbones.vit.Lineage;
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

  /** Of the arguments that timm's constructors have in common, those that a config leaves out. */
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

  /** The same transformer, pre-trained on images of another size. */
  static VisionTransformer pretrained(VisionTransformer v, int height, int width) {
    return new VisionTransformer(
        v.width(),
        v.depth(),
        v.heads(),
        v.mlpRatio(),
        v.qkvBias(),
        v.layerScale(),
        v.windows(),
        height,
        v.patchSize(),
        v.residualBlocks(),
        width,
        v.epsilon(),
        v.lineage(),
        v.mlp(),
        v.embedding(),
        v.attention(),
        v.head());
  }

  private static VisionTransformer vit(JsonNode p) {
    int registers = p.path("reg_tokens").asInt();
    boolean classToken = p.path("class_token").asBoolean(true);
    int leading = p.path("no_embed_class").asBoolean() ? 0 : registers + (classToken ? 1 : 0);
    Embedding embedding =
        new Embedding(
            classToken,
            false,
            registers,
            Positions.LEARNED,
            leading,
            Interpolation.ANTIALIASED,
            p.path("pre_norm").asBoolean(),
            0,
            Interpolation.FLEXI);
    AttentionOptions attention =
        new AttentionOptions(
            p.path("qk_norm").asBoolean(),
            false,
            false,
            Relative.NONE,
            0,
            Interpolation.GEOMETRIC,
            Rotary.none());
    return transformer(p, Lineage.VIT, Mlp.GELU, embedding, attention, head(p, "token"), 1e-6);
  }

  private static VisionTransformer beit(JsonNode p) {
    Relative relative =
        p.path("use_shared_rel_pos_bias").asBoolean()
            ? Relative.SHARED_TABLE
            : p.path("use_rel_pos_bias").asBoolean() ? Relative.TABLE : Relative.NONE;
    AttentionOptions attention =
        new AttentionOptions(
            false, false, false, relative, 0, Interpolation.GEOMETRIC, Rotary.none());
    return transformer(p, Lineage.BEIT, Mlp.GELU, embedding(p), attention, head(p, "avg"), 1e-6);
  }

  private static VisionTransformer eva(JsonNode p) {
    AttentionOptions attention =
        new AttentionOptions(
            false,
            false,
            false,
            Relative.NONE,
            0,
            Interpolation.GEOMETRIC,
            p.path("use_rot_pos_emb").asBoolean()
                ? new Rotary(Rotary.Kind.GRID, 10000, p.get("ref_feat_shape").get(0).asInt())
                : Rotary.none());
    Mlp mlp =
        !p.path("swiglu_mlp").asBoolean()
            ? Mlp.GELU
            : p.path("scale_mlp").asBoolean() ? Mlp.SWIGLU_NORM : Mlp.SWIGLU;
    return transformer(p, Lineage.BEIT, mlp, embedding(p), attention, head(p, "avg"), 1e-6);
  }

  private static VisionTransformer sam(JsonNode p) {
    Embedding embedding =
        new Embedding(
            false,
            false,
            0,
            p.path("use_abs_pos").asBoolean(true) ? Positions.LEARNED : Positions.NONE,
            0,
            Interpolation.ANTIALIASED,
            false,
            0,
            Interpolation.FLEXI);
    AttentionOptions attention =
        new AttentionOptions(
            false,
            false,
            true,
            p.path("use_rel_pos").asBoolean() ? Relative.DECOMPOSED : Relative.NONE,
            0,
            Interpolation.BILINEAR,
            Rotary.none());
    Head head = new Head(Head.Pool.MEAN, Head.Norm.NONE, p.path("neck_chans").asInt(256));
    return transformer(p, Lineage.VIT, Mlp.GELU, embedding, attention, head, 1e-5);
  }

  private static Embedding embedding(JsonNode p) {
    boolean learned = p.path("use_abs_pos_emb").asBoolean(true);
    return new Embedding(
        true,
        false,
        0,
        learned ? Positions.LEARNED : Positions.NONE,
        1,
        Interpolation.ANTIALIASED,
        false,
        0,
        Interpolation.FLEXI);
  }

  private static Head head(JsonNode p, String otherwise) {
    return p.path("global_pool").asText(otherwise).equals("avg")
        ? Head.ofMean(p.path("fc_norm").asBoolean(true) ? Head.Norm.POOLED : Head.Norm.TOKENS)
        : Head.ofClassToken();
  }

  private static VisionTransformer transformer(
      JsonNode p,
      Lineage lineage,
      Mlp mlp,
      Embedding embedding,
      AttentionOptions attention,
      Head head,
      double epsilon) {
    JsonNode size = p.path(p.has("checkpoint_img_size") ? "checkpoint_img_size" : "img_size");
    int depth = p.get("depth").asInt();
    return new VisionTransformer(
        p.get("embed_dim").asInt(),
        depth,
        p.get("num_heads").asInt(),
        p.path("mlp_ratio").asDouble(4),
        p.path("qkv_bias").asBoolean(true),
        p.has("init_values"),
        windows(p, depth),
        size.isArray() ? size.get(0).asInt() : size.asInt(),
        p.get("patch_size").asInt(),
        List.of(),
        size.isArray() ? size.get(1).asInt() : 0,
        epsilon,
        lineage,
        mlp,
        embedding,
        attention,
        head);
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
