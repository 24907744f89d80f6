package dev.dovetail.models.layouts;

import static dev.dovetail.models.layouts.LayoutRoundTrip.rename;

import dev.dovetail.models.layouts.LayoutRoundTrip.Writer;
import dev.dovetail.weights.layouts.Rule;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Layouts of DETR, Conditional DETR and DAB-DETR: checkpoints in the layouts of transformers and of
 * the authors are recognized and read back.
 */
class DenseDetectorLayoutsTest extends OtherLayouts {

  private static final String LAYER = "(decoder\\.layers\\.\\d+)\\.";
  private static final String HEADS = "bbox_predictor|class_labels_classifier|class_embed";

  private final List<Writer> writers =
      List.of(
          new Writer("huggingface-detr", "detr", ofTransformers(List.of())),
          new Writer("official-detr", "detr", ofAuthors("multihead_attn", true)),
          new Writer("huggingface-conditional-detr", "conditional-detr", ofTransformers(List.of())),
          new Writer(
              "official-conditional-detr", "conditional-detr", ofAuthors("cross_attn", false)),
          new Writer("huggingface-dab-detr", "dab-detr", ofTransformers(dabOfTransformers())),
          new Writer("official-dab-detr", "dab-detr", ofAuthors("cross_attn", false)));

  @Override
  List<String> folders() {
    return List.of("fixtures/heads");
  }

  @Override
  List<Writer> writers() {
    return writers;
  }

  private static List<Rule> ofTransformers(List<Rule> decoder) {
    List<Rule> rules = new ArrayList<>(decoder);
    rules.add(rename("(?!" + HEADS + "|backbone)(.*)", "model.$1"));
    rules.add(rename("backbone\\.(.*)", "model.backbone.conv_encoder.model.$1"));
    return rules;
  }

  private static List<Rule> dabOfTransformers() {
    List<Rule> rules = new ArrayList<>();
    for (String part : List.of("sa:self_attn:self_attn", "ca:cross_attn:encoder_attn")) {
      String[] names = part.split(":");
      String theirs = "$1." + names[1] + "." + names[1];
      for (String projection : List.of("q:query", "k:key")) {
        String[] p = projection.split(":");
        String ours = LAYER + names[0] + "_" + p[0];
        rules.add(rename(ours + "content_proj\\.(.*)", theirs + "_" + p[1] + "_content_proj.$2"));
        rules.add(rename(ours + "pos_proj\\.(.*)", theirs + "_" + p[1] + "_pos_proj.$2"));
      }
      rules.add(
          rename(LAYER + names[0] + "_qpos_sine_proj\\.(.*)", theirs + "_query_pos_sine_proj.$2"));
      rules.add(rename(LAYER + names[0] + "_v_proj\\.(.*)", theirs + "_value_proj.$2"));
      rules.add(rename(LAYER + names[2] + "_layer_norm\\.(.*)", theirs + "_layer_norm.$2"));
      rules.add(rename(LAYER + names[2] + "\\.out_proj\\.(.*)", theirs + ".output_proj.$2"));
    }
    rules.add(rename(LAYER + "(fc[12]|final_layer_norm|activation_fn)\\.(.*)", "$1.mlp.$2.$3"));
    return rules;
  }

  /**
   * @param cross the authors' name of the attention to cells
   * @param joined whether the decoder's projections are joined as well
   */
  private static List<Rule> ofAuthors(String cross, boolean joined) {
    String attention = joined ? "(?:self|encoder)_attn" : "self_attn";
    List<Rule> rules =
        new ArrayList<>(
            List.of(
                new Rule.Concatenate(
                    Pattern.compile("(.*\\." + attention + ")\\.q_proj\\.(.*)"),
                    List.of("$1.k_proj.$2", "$1.v_proj.$2"),
                    "$1.in_proj_$2",
                    0),
                rename("(encoder.*)\\.self_attn_layer_norm\\.(.*)", "$1.norm1.$2"),
                rename("(encoder.*)\\.final_layer_norm\\.(.*)", "$1.norm2.$2"),
                rename(LAYER + "self_attn_layer_norm\\.(.*)", "$1.norm1.$2"),
                rename(LAYER + "encoder_attn_layer_norm\\.(.*)", "$1.norm2.$2"),
                rename(LAYER + "final_layer_norm\\.(.*)", "$1.norm3.$2"),
                rename(LAYER + "encoder_attn\\.(.*)", "$1." + cross + ".$2"),
                rename("decoder\\.layernorm\\.(.*)", "decoder.norm.$1"),
                rename("(.*)\\.fc([12])\\.(.*)", "$1.linear$2.$3"),
                rename("(.*)\\.activation_fn\\.(.*)", "$1.activation.$2"),
                rename("((?:en|de)coder|patterns)\\.(.*)", "transformer.$1.$2"),
                rename("input_projection\\.(.*)", "input_proj.$1"),
                rename("query_position_embeddings\\.(.*)", "query_embed.$1"),
                rename("query_refpoint_embeddings\\.(.*)", "refpoint_embed.$1"),
                rename("class_labels_classifier\\.(.*)", "class_embed.$1"),
                rename("bbox_predictor\\.(.*)", "bbox_embed.$1"),
                rename("position_embedding\\.row_embeddings\\.(.*)", "backbone.1.row_embed.$1"),
                rename("position_embedding\\.column_embeddings\\.(.*)", "backbone.1.col_embed.$1"),
                rename("backbone\\.(?!1\\.)(.*)", "backbone.0.body.$1")));
    return rules;
  }

  @ParameterizedTest
  @CsvSource({
    "huggingface-detr, model.backbone.conv_encoder.model.layer4.2.bn3.running_var,"
        + " backbone.layer4.2.bn3.running_var",
    "huggingface-detr, model.encoder.layers.5.self_attn.out_proj.bias,"
        + " encoder.layers.5.self_attn.out_proj.bias",
    "huggingface-detr, model.decoder.layers.0.mlp.fc1.weight, decoder.layers.0.fc1.weight",
    "huggingface-detr, model.decoder.layers.0.self_attn.o_proj.weight,"
        + " decoder.layers.0.self_attn.out_proj.weight",
    "huggingface-detr, model.backbone.position_embedding.row_embeddings.weight,"
        + " position_embedding.row_embeddings.weight",
    "huggingface-conditional-detr, model.decoder.layers.0.ca_qpos_proj.weight,"
        + " decoder.layers.0.ca_qpos_proj.weight",
    "huggingface-dab-detr, model.backbone.conv_encoder.model._backbone.conv1.weight,"
        + " backbone.conv1.weight",
    "huggingface-dab-detr, model.patterns.weight, patterns.weight",
    "official-detr, transformer.decoder.layers.3.multihead_attn.out_proj.weight,"
        + " decoder.layers.3.encoder_attn.out_proj.weight",
    "official-detr, transformer.decoder.norm.weight, decoder.layernorm.weight",
    "official-detr, transformer.encoder.layers.0.linear1.weight, encoder.layers.0.fc1.weight",
    "official-detr, backbone.0.body.layer2.0.downsample.1.weight,"
        + " backbone.layer2.0.downsample.1.weight",
    "official-detr, backbone.1.col_embed.weight, position_embedding.column_embeddings.weight",
    "official-detr, class_embed.bias, class_labels_classifier.bias",
    "official-detr, query_embed.weight, query_position_embeddings.weight",
    "official-conditional-detr, transformer.decoder.layers.1.cross_attn.out_proj.bias,"
        + " decoder.layers.1.encoder_attn.out_proj.bias",
    "official-conditional-detr, transformer.decoder.layers.1.sa_qcontent_proj.bias,"
        + " decoder.layers.1.sa_qcontent_proj.bias",
    "official-conditional-detr, transformer.decoder.ref_point_head.layers.1.weight,"
        + " decoder.ref_point_head.layers.1.weight",
    "official-dab-detr, transformer.encoder.layers.4.activation.weight,"
        + " encoder.layers.4.activation_fn.weight",
    "official-dab-detr, transformer.encoder.query_scale.layers.0.weight,"
        + " encoder.query_scale.layers.0.weight",
    "official-dab-detr, transformer.patterns.weight, patterns.weight",
    "official-dab-detr, refpoint_embed.weight, query_refpoint_embeddings.weight",
    "official-dab-detr, bbox_embed.layers.2.bias, bbox_predictor.layers.2.bias"
  })
  void aPublishedNameIsConvertedToTheModels(String layout, String published, String ours)
      throws IOException {
    LayoutRoundTrip.assertBecomes(layout, published, ours);
  }
}
