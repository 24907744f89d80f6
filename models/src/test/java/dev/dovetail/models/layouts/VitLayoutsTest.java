package dev.dovetail.models.layouts;

import static dev.dovetail.models.layouts.LayoutRoundTrip.rename;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.dovetail.models.layouts.LayoutRoundTrip.Writer;
import dev.dovetail.registry.KnownLayout;
import dev.dovetail.weights.Checkpoint;
import dev.dovetail.weights.layouts.Layout;
import dev.dovetail.weights.layouts.Rule;
import dev.dovetail.weights.tensors.ArrayTensor;
import dev.dovetail.weights.tensors.StoredTensor;
import dev.dovetail.weights.tensors.TensorSource;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Layouts of plain vision transformers: the weights of a fixture, written in another publisher's
 * layout, are recognized and read back, and names of published checkpoints are converted correctly.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class VitLayoutsTest extends OtherLayouts {

  /**
   * A writer of a publisher's layout and the models that it applies to.
   *
   * @param has pattern that one of the model's names must match
   * @param lacks pattern that none of its names may match
   */
  private record Case(Writer writer, String has, String lacks) {
    boolean suits(Set<String> names) {
      return names.stream().anyMatch(n -> n.matches(has))
          && names.stream().noneMatch(n -> n.matches(lacks));
    }
  }

  /** Names of an encoder, which differ from those of detectors with an encoder. */
  private static final Pattern ENCODER =
      Pattern.compile(
          "(blocks|patch_embed|norm|norm_pre|fc_norm|head|head_dist|neck|rel_pos_bias)\\..*"
              + "|(cls|dist|reg)_token|pos_embed");

  /** The layouts that a fixture was written in. */
  private final Set<String> seen = new TreeSet<>();

  private final List<Case> cases = cases();

  @Override
  List<Writer> writers() {
    return cases.stream().map(Case::writer).toList();
  }

  @AfterAll
  void sayWhichLayoutsWereReadBack() {
    System.out.println("Layouts of vision transformers read back: " + String.join(", ", seen));
  }

  @Override
  int readBack(Path fixture) throws IOException {
    int count = 0;
    try (Checkpoint checkpoint = Checkpoint.open(fixture.resolve("model.safetensors"))) {
      Map<String, StoredTensor> stored = checkpoint.tensors();
      Optional<KnownLayout.Fit> fit = LayoutRoundTrip.recognise(stored.keySet());
      if (fit.isEmpty() || !fit.get().known().family().equals("vit")) {
        return 0;
      }
      Set<String> names = fit.get().alone().apply(stored).tensors().keySet();
      boolean encoder = names.stream().allMatch(ENCODER.asMatchPredicate());
      for (Case c : cases) {
        if (encoder && c.suits(names)) {
          assertEquals(1, new LayoutRoundTrip(folder, List.of(c.writer())).readBack(fixture));
          seen.add(c.writer().layout());
          count++;
        }
      }
    }
    return count;
  }

  private static List<Case> cases() {
    String special = ".*(gamma|dist_token|reg_token|norm_pre|fc_norm|q_norm|q_bias|rel_pos).*";
    String block = "blocks\\.0\\.";
    return List.of(
        of("dinov2", ".*gamma1", ".*rel_pos.*", dinov2(true)),
        of("timm-vit", ".*gamma1", ".*(rel_pos|table).*", dinov2(false)),
        of("deit3", ".*gamma1", ".*(reg_token|q_bias)", gammas()),
        of("timm-eva", ".*gamma1", ".*(qkv\\.bias|rel_pos.*|.*table)", gammas()),
        of("mae", "cls_token", special, List.of(made("mask_token"), made("decoder_embed.weight"))),
        of("dinov3", ".*gamma1", ".*(table|qkv\\.bias|pos_embed)", dinov3()),
        of("beit", ".*relative_position_bias_table", "-", List.of(made("mask_token"))),
        of("eva02", block + "attn\\.q_bias", ".*(reg_token|table)", eva02OfBaai()),
        new Case(new Writer("samvit", "vit", ".*", VitLayoutsTest::samOfTimm), "neck\\..*", "-"),
        new Case(new Writer("sam", "vit", ".*", VitLayoutsTest::samOfMeta), "neck\\..*", "-"),
        of("detectron2-vitdet", ".*rel_pos_h", "neck\\..*", vitDet()),
        new Case(
            new Writer("augreg", "vit", ".*", VitLayoutsTest::augreg),
            block + "attn\\.qkv\\.bias",
            special),
        of("openmmlab-vit", block + "attn\\.qkv\\.bias", special, openMmlab()),
        of("huggingface-beit", block + "attn\\.relative_position_bias_table", "-", beit()));
  }

  private static Case of(String layout, String has, String lacks, List<Rule> rules) {
    return new Case(new Writer(layout, "vit", rules), has, lacks);
  }

  /** A tensor of any shape that the model does not use. */
  private static Rule made(String name) {
    return new Rule.Synthesise(Pattern.compile("cls_token"), name, 7);
  }

  private static Rule split(String pattern, String... to) {
    return new Rule.Split(Pattern.compile(pattern), List.of(to), 0);
  }

  private static List<Rule> gammas() {
    return List.of(rename("(.*)\\.gamma([12])", "$1.gamma_$2"));
  }

  private static List<Rule> dinov2(boolean meta) {
    List<Rule> rules = new ArrayList<>();
    rules.add(rename("(.*)\\.gamma([12])", "$1.ls$2.gamma"));
    if (meta) {
      rules.add(made("mask_token"));
      rules.add(rename("blocks\\.(\\d+)\\.(.*)", "blocks.0.$1.$2"));
      rules.add(rename("reg_token", "register_tokens"));
    }
    return rules;
  }

  private static List<Rule> dinov3() {
    return List.of(
        made("mask_token"),
        made("rope_embed.periods"),
        new Rule.Synthesise(Pattern.compile("(.*)\\.q_bias"), "$1.k_bias", 0),
        new Rule.Concatenate(
            Pattern.compile("(.*)\\.q_bias"), List.of("$1.k_bias", "$1.v_bias"), "$1.qkv.bias", 0),
        new Rule.Synthesise(Pattern.compile("(.*)\\.qkv\\.bias"), "$1.qkv.bias_mask", 1),
        rename("(.*)\\.gamma([12])", "$1.ls$2.gamma"),
        rename("reg_token", "storage_tokens"));
  }

  private static List<Rule> eva02OfBaai() {
    String attention = "$1.attn.";
    return List.of(
        made("mask_token"),
        new Rule.Synthesise(Pattern.compile("cls_token"), "rope.freqs_cos", 1),
        split(
            "(.*)\\.attn\\.qkv\\.weight",
            attention + "q_proj.weight",
            attention + "k_proj.weight",
            attention + "v_proj.weight"),
        split("(.*)\\.mlp\\.fc1\\.(.*)", "$1.mlp.w1.$2", "$1.mlp.w2.$2"),
        rename("(.*)\\.mlp\\.fc2\\.(.*)", "$1.mlp.w3.$2"));
  }

  /** The position embedding is a map. */
  private static Map<String, TensorSource> samOfTimm(Map<String, StoredTensor> ours)
      throws IOException {
    Map<String, TensorSource> written = new LinkedHashMap<>(ours);
    StoredTensor positions = ours.get("pos_embed");
    long cells = positions.shape().get(1);
    long rows = divisor(cells, (long) Math.sqrt(cells));
    long columns = cells / rows;
    long width = positions.shape().get(2);
    written.put(
        "pos_embed", ArrayTensor.of("pos_embed", positions.floats(), 1, rows, columns, width));
    return written;
  }

  /** Returns the largest divisor that is at most {@code most}. */
  private static long divisor(long number, long most) {
    long divisor = most;
    while (number % divisor != 0) {
      divisor--;
    }
    return divisor;
  }

  private static Map<String, TensorSource> samOfMeta(Map<String, StoredTensor> ours)
      throws IOException {
    Layout names =
        new Layout(
            "SAM",
            List.of(
                new Rule.Synthesise(
                    Pattern.compile("pos_embed"), "mask_decoder.iou_token.weight", 1),
                rename("(.*)\\.mlp\\.fc([12])\\.(.*)", "$1.mlp.lin$2.$3"),
                rename("(?!mask_decoder)(.*)", "image_encoder.$1")));
    return names.apply(samOfTimm(ours)).tensors();
  }

  private static List<Rule> vitDet() {
    return List.of(
        rename("(.*)\\.residual\\.norm([123])\\.(.*)", "$1.residual.conv$2.norm.$3"),
        rename("(.*)", "net.$1"));
  }

  private static List<Rule> openMmlab() {
    return List.of(
        rename("blocks\\.(\\d+)\\.attn\\.qkv\\.(.*)", "layers.$1.attn.attn.in_proj_$2"),
        rename("blocks\\.(\\d+)\\.attn\\.proj\\.(.*)", "layers.$1.attn.attn.out_proj.$2"),
        rename("blocks\\.(\\d+)\\.norm([12])\\.(.*)", "layers.$1.ln$2.$3"),
        rename("blocks\\.(\\d+)\\.mlp\\.fc1\\.(.*)", "layers.$1.ffn.layers.0.0.$2"),
        rename("blocks\\.(\\d+)\\.mlp\\.fc2\\.(.*)", "layers.$1.ffn.layers.1.$2"),
        rename("norm\\.(.*)", "ln1.$1"),
        rename("patch_embed\\.proj\\.(.*)", "patch_embed.projection.$1"),
        rename("(?!head)(.*)", "backbone.$1"),
        rename("head\\.(.*)", "head.layers.head.$1"));
  }

  private static List<Rule> beit() {
    String attention = "$1.attention.attention.";
    return List.of(
        split(
            "(.*)\\.attn\\.qkv\\.weight",
            attention + "query.weight",
            attention + "key.weight",
            attention + "value.weight"),
        rename("(.*)\\.attn\\.q_bias", attention + "query.bias"),
        rename("(.*)\\.attn\\.v_bias", attention + "value.bias"),
        rename(
            "(.*)\\.attn\\.(relative_position_bias_table)",
            attention + "relative_position_bias.$2"),
        rename("(.*)\\.attn\\.proj\\.(.*)", "$1.attention.output.dense.$2"),
        rename("(.*)\\.gamma([12])", "$1.lambda_$2"),
        rename("(.*)\\.norm1\\.(.*)", "$1.layernorm_before.$2"),
        rename("(.*)\\.norm2\\.(.*)", "$1.layernorm_after.$2"),
        rename("(.*)\\.mlp\\.fc1\\.(.*)", "$1.intermediate.dense.$2"),
        rename("(.*)\\.mlp\\.fc2\\.(.*)", "$1.output.dense.$2"),
        rename("blocks\\.(.*)", "encoder.layer.$1"),
        rename("cls_token", "embeddings.cls_token"),
        rename("patch_embed\\.proj\\.(.*)", "embeddings.patch_embeddings.projection.$1"),
        rename("fc_norm\\.(.*)", "pooler.layernorm.$1"),
        rename("(?!head)(.*)", "beit.$1"),
        rename("head\\.(.*)", "classifier.$1"));
  }

  /**
   * JAX stores transposed matrices and has a separate axis for heads. No tensor contains the number
   * of heads, so any divisor will do.
   */
  private static Map<String, TensorSource> augreg(Map<String, StoredTensor> ours)
      throws IOException {
    String block = "Transformer/encoderblock_$1/";
    String attention = block + "MultiHeadDotProductAttention_1/";
    Rule transposed =
        new Rule.Permute(
            Pattern.compile("(head|.*(query|key|value|proj|fc[12]))\\.weight"), List.of(1, 0));
    Layout names =
        new Layout(
            "JAX",
            List.of(
                split("(.*)\\.qkv\\.(.*)", "$1.query.$2", "$1.key.$2", "$1.value.$2"),
                rename("patch_embed\\.proj\\.weight", "embedding/kernel"),
                rename("patch_embed\\.proj\\.bias", "embedding/bias"),
                new Rule.Permute(Pattern.compile("embedding/kernel"), List.of(2, 3, 1, 0)),
                transposed,
                rename("(.*norm.*)\\.weight", "$1.scale"),
                rename("(.*)\\.weight", "$1.kernel"),
                rename("blocks\\.(\\d+)\\.attn\\.proj\\.(.*)", attention + "out/$2"),
                rename("blocks\\.(\\d+)\\.attn\\.(.*)\\.(.*)", attention + "$2/$3"),
                rename("blocks\\.(\\d+)\\.norm1\\.(.*)", block + "LayerNorm_0/$2"),
                rename("blocks\\.(\\d+)\\.norm2\\.(.*)", block + "LayerNorm_2/$2"),
                rename("blocks\\.(\\d+)\\.mlp\\.fc1\\.(.*)", block + "MlpBlock_3/Dense_0/$2"),
                rename("blocks\\.(\\d+)\\.mlp\\.fc2\\.(.*)", block + "MlpBlock_3/Dense_1/$2"),
                rename("norm\\.(.*)", "Transformer/encoder_norm/$1"),
                rename("pos_embed", "Transformer/posembed_input/pos_embedding"),
                rename("cls_token", "cls"),
                rename("head\\.(.*)", "head/$1")));
    Map<String, TensorSource> written = new LinkedHashMap<>(names.apply(ours).tensors());
    for (TensorSource t : List.copyOf(written.values())) {
      long last = t.shape().get(t.shape().size() - 1);
      long heads = divisor(ours.get("blocks.0.norm1.weight").shape().get(0), 4);
      long[] shape =
          t.name().matches(".*/(query|key|value)/kernel")
              ? new long[] {t.shape().get(0), heads, last / heads}
              : t.name().matches(".*/(query|key|value)/bias")
                  ? new long[] {heads, last / heads}
                  : t.name().endsWith("/out/kernel")
                      ? new long[] {heads, t.shape().get(0) / heads, last}
                      : null;
      if (shape != null) {
        written.put(t.name(), ArrayTensor.of(t.name(), t.floats(), shape));
      }
    }
    return written;
  }

  @ParameterizedTest
  @CsvSource({
    "dinov2, blocks.11.ls2.gamma, blocks.11.gamma2",
    "dinov2, blocks.3.38.mlp.w12.weight, blocks.38.mlp.fc1.weight",
    "dinov2, blocks.3.38.mlp.w3.bias, blocks.38.mlp.fc2.bias",
    "dinov2, register_tokens, reg_token",
    "dinov3, blocks.11.ls1.gamma, blocks.11.gamma1",
    "beit, blocks.11.gamma_2, blocks.11.gamma2",
    "eva02, blocks.11.gamma_1, blocks.11.gamma1",
    "timm-eva, blocks.11.gamma_1, blocks.11.gamma1",
    "dinov3, storage_tokens, reg_token",
    "deit3, blocks.7.gamma_2, blocks.7.gamma2",
    "eva02, blocks.3.mlp.ffn_ln.weight, blocks.3.mlp.norm.weight",
    "eva02, blocks.3.attn.inner_attn_ln.weight, blocks.3.attn.norm.weight",
    "eva02, blocks.3.attn.q_proj.bias, blocks.3.attn.q_bias",
    "sam, image_encoder.blocks.11.mlp.lin2.bias, blocks.11.mlp.fc2.bias",
    "sam, image_encoder.neck.3.weight, neck.3.weight",
    "detectron2-vitdet, backbone.net.blocks.11.attn.rel_pos_w, backbone.blocks.11.attn.rel_pos_w",
    "openmmlab-vit, backbone.layers.5.ln2.bias, blocks.5.norm2.bias",
    "openmmlab-vit, backbone.layers.5.attn.gamma1.weight, blocks.5.gamma1",
    "openmmlab-vit, backbone.layers.5.ffn.gamma2.weight, blocks.5.gamma2",
    "openmmlab-vit, backbone.layers.5.attn.proj.bias, blocks.5.attn.proj.bias",
    "openmmlab-vit, head.layers.head.weight, head.weight",
    "huggingface-vit, vit.encoder.layer.3.layernorm_after.weight, blocks.3.norm2.weight",
    "huggingface-vit, encoder.layer.3.layer_scale2.lambda1, blocks.3.gamma2",
    "huggingface-beit, beit.encoder.layer.3.lambda_1, blocks.3.gamma1",
    "huggingface-beit, beit.pooler.layernorm.bias, fc_norm.bias",
    "huggingface-dinov3, model.layer.3.layer_scale1.lambda1, blocks.3.gamma1",
    "huggingface-dinov3, layer.3.mlp.up_proj.weight, blocks.3.mlp.fc1.weight",
    "huggingface-vitdet, encoder.layer.3.attention.rel_pos_h, blocks.3.attn.rel_pos_h"
  })
  void aPublishedNameIsConvertedToTheModels(String layout, String published, String ours)
      throws IOException {
    LayoutRoundTrip.assertBecomes(layout, published, ours);
  }
}
