package dev.dovetail.models.layouts;

import static dev.dovetail.models.layouts.LayoutRoundTrip.rename;

import dev.dovetail.models.Model;
import dev.dovetail.models.ModelConfig;
import dev.dovetail.models.PartRegistry;
import dev.dovetail.registry.config.ConfigFile;
import dev.dovetail.weights.layouts.Rule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * EoMT's checkpoints: the parameters of a small model, written in the layouts of transformers and
 * the authors' code, are recognized and read back completely.
 */
class EomtLayoutsTest {

  private static final PartRegistry REGISTRY = PartRegistry.load();

  @TempDir private Path folder;

  private Model<?, ?> model(String transformer) throws IOException {
    Path file = folder.resolve("eomt.json");
    Files.writeString(
        file,
        """
        {"network": {"type": "eomt", "classes": 3, "queries": 5, "queryBlocks": 1,
         "transformer": {"width": 24, "depth": 2, "heads": 2, "pretrainSize": 64, %s}}}
        """
            .replace("%s", transformer));
    return ModelConfig.of(ConfigFile.read(file), REGISTRY).model();
  }

  private static Rule split(String pattern, String... to) {
    return new Rule.Split(Pattern.compile(pattern), List.of(to), 0);
  }

  private static Rule made(String name) {
    return new Rule.Synthesise(Pattern.compile("class_predictor\\.bias"), name, 1);
  }

  private void assertReadBack(Model<?, ?> model, List<Rule> opposite) throws IOException {
    ModelRoundTrip trip = new ModelRoundTrip(folder, model);
    trip.assertRecognized();
    trip.assertReadBack(opposite);
  }

  /** Converts names to those of the authors, except for the transformer. */
  private static List<Rule> authors(List<Rule> transformer) {
    List<Rule> rules =
        new ArrayList<>(
            List.of(
                made("network.attn_mask_probs"),
                made("network.encoder.pixel_mean"),
                made("network.encoder.pixel_std"),
                made("criterion.empty_weight"),
                rename("query\\.(.*)", "network.q.$1"),
                rename("class_predictor\\.(.*)", "network.class_head.$1"),
                rename("mask_head\\.fc1\\.(.*)", "network.mask_head.0.$1"),
                rename("mask_head\\.fc2\\.(.*)", "network.mask_head.2.$1"),
                rename("mask_head\\.fc3\\.(.*)", "network.mask_head.4.$1"),
                rename("upscale_block\\.block\\.(\\d)\\.layernorm2d\\.(.*)", upscale("norm.$2")),
                rename("upscale_block\\.block\\.(\\d)\\.(.*)", upscale("$2"))));
    rules.addAll(transformer);
    rules.add(rename("backbone\\.(.*)", "network.encoder.backbone.$1"));
    return rules;
  }

  private static String upscale(String name) {
    return "network.upscale.$1." + name;
  }

  @Test
  void dinoV2InTheLayoutOfTheAuthors() throws IOException {
    for (String mlp : List.of("gelu", "swiglu")) {
      assertReadBack(
          model("\"mlp\": \"" + mlp + "\""),
          authors(List.of(rename("(.*)\\.gamma([12])", "$1.ls$2.gamma"))));
    }
  }

  /** Inside a {@code LightningModule}, or outside of it. */
  @Test
  void compiledInTheLayoutOfTheAuthors() throws IOException {
    for (String compiled : List.of("network._orig_mod.", "_orig_mod.network.")) {
      List<Rule> rules = new ArrayList<>(authors(List.of()));
      rules.add(rename("(.*)\\.gamma([12])", "$1.ls$2.gamma"));
      rules.add(rename("network\\.(.*)", compiled + "$1"));
      assertReadBack(model("\"mlp\": \"gelu\""), rules);
    }
  }

  @Test
  void dinoV3InTheLayoutOfTheAuthors() throws IOException {
    for (boolean gated : List.of(false, true)) {
      List<Rule> rules = new ArrayList<>(dinoV3(gated));
      rules.add(rename("backbone\\.(cls_token)", "backbone.patch_embed.$1"));
      rules.add(rename("backbone\\.reg_token", "backbone.patch_embed.register_tokens"));
      rules.add(
          rename(
              "backbone\\.patch_embed\\.proj\\.(.*)", "backbone.patch_embed.patch_embeddings.$1"));
      assertReadBack(model(rotary(gated)), authors(rules));
    }
  }

  @Test
  void dinoV3InTheLayoutOfTransformers() throws IOException {
    for (boolean gated : List.of(false, true)) {
      List<Rule> rules = new ArrayList<>(dinoV3(gated));
      rules.add(made("attn_mask_probs"));
      rules.add(made("criterion.empty_weight"));
      rules.add(rename("backbone\\.(cls_token)", "embeddings.$1"));
      rules.add(rename("backbone\\.reg_token", "embeddings.register_tokens"));
      rules.add(rename("backbone\\.patch_embed\\.proj\\.(.*)", "embeddings.patch_embeddings.$1"));
      rules.add(rename("backbone\\.blocks\\.(.*)", "layers.$1"));
      rules.add(rename("backbone\\.norm\\.(.*)", "layernorm.$1"));
      assertReadBack(model(rotary(gated)), rules);
    }
  }

  @Test
  void dinoV2InTheLayoutOfTransformers() throws IOException {
    for (boolean gated : List.of(false, true)) {
      List<Rule> rules =
          new ArrayList<>(
              List.of(
                  split("(.*)\\.attn\\.qkv\\.(.*)", projections()),
                  rename("(.*)\\.attn\\.proj\\.(.*)", "$1.attention.out_proj.$2"),
                  rename("(.*)\\.gamma([12])", "$1.layer_scale$2.lambda1"),
                  new Rule.Flatten(Pattern.compile("backbone\\.pos_embed"), 0, 1),
                  made("attn_mask_probs"),
                  rename("backbone\\.cls_token", "embeddings.cls_token"),
                  rename("backbone\\.reg_token", "embeddings.register_tokens"),
                  rename("backbone\\.pos_embed", "embeddings.position_embeddings.weight"),
                  rename(
                      "backbone\\.patch_embed\\.proj\\.(.*)",
                      "embeddings.patch_embeddings.projection.$1"),
                  rename("backbone\\.blocks\\.(.*)", "layers.$1"),
                  rename("backbone\\.norm\\.(.*)", "layernorm.$1")));
      if (gated) {
        rules.add(rename("(.*)\\.mlp\\.fc1\\.(.*)", "$1.mlp.weights_in.$2"));
        rules.add(rename("(.*)\\.mlp\\.fc2\\.(.*)", "$1.mlp.weights_out.$2"));
      }
      assertReadBack(model(gated ? "\"mlp\": \"swiglu\"" : "\"mlp\": \"gelu\""), rules);
    }
  }

  private static String[] projections() {
    return List.of("q", "k", "v").stream()
        .map(n -> "$1.attention." + n + "_proj.$2")
        .toArray(String[]::new);
  }

  private static String rotary(boolean gated) {
    return "\"mlp\": \""
        + (gated ? "swiglu" : "gelu")
        + "\", \"embedding\": {\"positions\": \"none\"},"
        + " \"attention\": {\"rotary\": {\"kind\": \"unit\", \"base\": 100}}";
  }

  /** Converts names inside blocks of DINOv3, whose keys have no bias, to those of transformers. */
  private static List<Rule> dinoV3(boolean gated) {
    List<Rule> rules =
        new ArrayList<>(
            List.of(
                split("(.*)\\.attn\\.qkv\\.(.*)", projections()),
                new Rule.Drop(Pattern.compile(".*\\.k_proj\\.bias"), "is zeros"),
                rename("(.*)\\.attn\\.proj\\.(.*)", "$1.attention.o_proj.$2"),
                rename("(.*)\\.gamma([12])", "$1.layer_scale$2.lambda1"),
                rename("(.*)\\.mlp\\.fc2\\.(.*)", "$1.mlp.down_proj.$2")));
    rules.add(
        gated
            ? split("(.*)\\.mlp\\.fc1\\.(.*)", "$1.mlp.gate_proj.$2", "$1.mlp.up_proj.$2")
            : rename("(.*)\\.mlp\\.fc1\\.(.*)", "$1.mlp.up_proj.$2"));
    return rules;
  }
}
