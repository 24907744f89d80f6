package dev.dovetail.models.layouts;

import static dev.dovetail.models.layouts.LayoutRoundTrip.rename;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.dovetail.models.Model;
import dev.dovetail.models.ModelConfig;
import dev.dovetail.models.PartRegistry;
import dev.dovetail.weights.layouts.Rule;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** DPT's checkpoints in the layouts of its authors and transformers are read back. */
class DptLayoutsTest {

  @TempDir private Path folder;

  private static Model<?, ?> model() throws IOException {
    String text =
        "{'backbone': {'type': 'vit', 'width': 24, 'depth': 4, 'heads': 2, 'pretrainSize': 64,"
            + " 'layerScale': false, 'embedding': {'classToken': true}},"
            + " 'adapter': {'type': 'dpt-reassemble', 'channels': [4, 8, 12, 16]},"
            + " 'neck': {'type': 'dpt-fusion', 'channels': 8, 'batchNorm': true, 'bias': false},"
            + " 'head': {'type': 'dpt', 'classes': 3}}";
    ObjectNode tree = (ObjectNode) JsonMapper.builder().build().readTree(text.replace('\'', '"'));
    return ModelConfig.of(tree, PartRegistry.load()).model();
  }

  private static Rule made(String name) {
    return new Rule.Synthesise(Pattern.compile("head\\.head\\.4\\.bias"), name, 1);
  }

  @Test
  void inTheLayoutOfTheAuthors() throws IOException {
    List<Rule> rules = new ArrayList<>();
    rules.add(made("pretrained.model.norm.weight"));
    rules.add(made("pretrained.model.head.weight"));
    rules.add(made("auxlayer.0.weight"));
    rules.add(made("scratch.refinenet4.resConfUnit1.bn1.running_mean"));
    for (int i = 0; i < 4; i++) {
      String there = "backbone\\.reassemble_stage\\.";
      String theirs = "pretrained.act_postprocess" + (i + 1);
      String layer = there + "layers\\." + i;
      rules.add(rename(there + "readout_projects\\." + i + "\\.(.*)", theirs + ".0.project.$1"));
      rules.add(rename(layer + "\\.projection\\.(.*)", theirs + ".3.$1"));
      rules.add(rename(layer + "\\.resize\\.(.*)", theirs + ".4.$1"));
      rules.add(rename("neck\\.convs\\." + i + "\\.(.*)", "scratch.layer" + (i + 1) + "_rn.$1"));
      rules.add(
          rename(
              "neck\\.fusion_stage\\.layers\\." + i + "\\.(.*)",
              "scratch.refinenet" + (4 - i) + ".$1"));
    }
    String unit = "(scratch\\..*)\\.residual_layer([12])\\.";
    rules.add(rename("(scratch\\..*)\\.projection\\.(.*)", "$1.out_conv.$2"));
    rules.add(rename(unit + "convolution([12])\\.(.*)", "$1.resConfUnit$2.conv$3.$4"));
    rules.add(rename(unit + "batch_norm([12])\\.(.*)", "$1.resConfUnit$2.bn$3.$4"));
    rules.add(rename("head\\.head\\.(.*)", "scratch.output_conv.$1"));
    rules.add(rename("backbone\\.(.*)", "pretrained.model.$1"));
    new ModelRoundTrip(folder, model()).assertReadBack(rules);
  }

  @Test
  void inTheLayoutOfTransformers() throws IOException {
    String block = "(backbone\\.blocks\\.\\d+)\\.";
    String projections = "$1.attention.attention.";
    List<Rule> rules =
        List.of(
            made("dpt.layernorm.weight"),
            made("auxiliary_head.head.0.weight"),
            new Rule.Split(
                Pattern.compile("(.*)\\.attn\\.qkv\\.(.*)"),
                List.of(projections + "query.$2", projections + "key.$2", projections + "value.$2"),
                0),
            rename(block + "attn\\.proj\\.(.*)", "$1.attention.output.dense.$2"),
            rename(block + "norm1\\.(.*)", "$1.layernorm_before.$2"),
            rename(block + "norm2\\.(.*)", "$1.layernorm_after.$2"),
            rename(block + "mlp\\.fc1\\.(.*)", "$1.intermediate.dense.$2"),
            rename(block + "mlp\\.fc2\\.(.*)", "$1.output.dense.$2"),
            rename("backbone\\.blocks\\.(.*)", "dpt.encoder.layer.$1"),
            rename("backbone\\.reassemble_stage\\.(.*)", "neck.reassemble_stage.$1"),
            rename("backbone\\.cls_token", "dpt.embeddings.cls_token"),
            rename("backbone\\.pos_embed", "dpt.embeddings.position_embeddings"),
            rename(
                "backbone\\.patch_embed\\.proj\\.(.*)",
                "dpt.embeddings.patch_embeddings.projection.$1"));
    new ModelRoundTrip(folder, model()).assertReadBack(rules);
  }
}
