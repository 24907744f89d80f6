package dev.dovetail.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.dovetail.formats.Size;
import dev.dovetail.graph.Parameter;
import dev.dovetail.images.Image;
import dev.dovetail.images.ImageWriter;
import dev.dovetail.models.ModelConfig;
import dev.dovetail.models.ModelGraph;
import dev.dovetail.models.PartRegistry;
import dev.dovetail.models.PresetConfig;
import dev.dovetail.models.huggingface.HuggingFaceDirectory;
import dev.dovetail.weights.formats.Safetensors;
import dev.dovetail.weights.tensors.ArrayTensor;
import dev.dovetail.weights.tensors.TensorSource;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** A model that is created quickly and runs in milliseconds; its predictions are meaningless. */
record TinyModel(Path config, Path weights) {

  private static final String BACKBONE =
      "'backbone':{'type':'vit','width':16,'depth':4,'heads':2,'windows':[0],'pretrainSize':64},"
          + "'adapter':{'type':'vit-comer','flavour':'%s','stemChannels':8,'deformHeads':2,"
          + "'interactionIndexes':[[0,0],[1,1],[2,2],[3,3]]},"
          + "'preprocess':{'scale':[128,64]},";

  /** A detector with this many classes, which predicts a hundred objects in every image. */
  static TinyModel detector(Path folder, String... classes) throws IOException {
    return write(
        folder,
        classes,
        BACKBONE.formatted("detection")
            + "'neck':{'type':'fpn','channels':8},'head':{'type':'mask-rcnn','classes':"
            + classes.length
            + ",'proposals':{'channels':8},'boxes':{'channels':16},'masks':{'channels':8}}");
  }

  /** A segmenter with this many classes, whose label maps contain them unchanged. */
  static TinyModel segmenter(Path folder, String... classes) throws IOException {
    return write(
        folder,
        classes,
        BACKBONE.formatted("segmentation")
            + "'head':{'type':'upernet','classes':"
            + classes.length
            + ",'channels':8},'test':{'mode':'whole'},'labels':{'reduceZero':false}");
  }

  /** A panoptic segmenter whose first class is stuff. */
  static TinyModel panoptic(Path folder, String... classes) throws IOException {
    return write(
        folder,
        classes,
        "'task':'panoptic',"
            + BACKBONE.formatted("segmentation")
            + "'head':{'type':'mask2former','classes':"
            + classes.length
            + ",'heads':4,'queries':12,'layers':2,'hidden':32,'pixels':{'channels':16,'heads':4,"
            + "'points':2,'layers':1,'hidden':32,'groups':4}},"
            + "'test':{'scoreThreshold':0.1,'overlapThreshold':0.05,'stuff':[0]}");
  }

  /** A classifier with this many classes. */
  static TinyModel classifier(Path folder, String... classes) throws IOException {
    return write(
        folder,
        classes,
        "'backbone':{'type':'mobilevitv2','multiplier':0.0625,'depths':[1,1,1]},"
            + "'head':{'type':'classifier','classes':"
            + classes.length
            + "},'preprocess':{'scale':[72,72],'crop':[64,64]}");
  }

  private static TinyModel write(Path folder, String[] classes, String sections)
      throws IOException {
    ObjectNode tree =
        (ObjectNode) new ObjectMapper().readTree("{" + sections.replace('\'', '"') + "}");
    for (String name : classes) {
      tree.withArray("classes").add(name);
    }
    Path config = Files.writeString(folder.resolve("tiny.json"), tree.toString());
    Path weights = folder.resolve("tiny.safetensors");
    ModelConfig read = ModelConfig.of(tree, PartRegistry.load());
    Safetensors.write(weights, weights(read), Map.of());
    return new TinyModel(config, weights);
  }

  /** Writes initial weights of a preset as a classifier. */
  static void initialise(String preset, int classes, Path weights) throws IOException {
    PartRegistry registry = PartRegistry.load();
    ObjectNode tree = PresetConfig.of(registry.preset(preset));
    ModelConfig config = ModelConfig.of(tree, preset, List.of("head.classes=" + classes), registry);
    Safetensors.write(weights, weights(config), Map.of());
  }

  /** Writes initial weights to a transformers directory that contains a config. */
  static void initialise(Path directory) throws IOException {
    PartRegistry registry = PartRegistry.load();
    ObjectNode tree =
        HuggingFaceDirectory.read(directory, registry).modelConfig(registry, note -> {});
    Safetensors.write(
        directory.resolve("model.safetensors"), weights(ModelConfig.of(tree, registry)), Map.of());
  }

  /** Initial weights for training, but with different class scores. */
  private static List<TensorSource> weights(ModelConfig config) {
    Random random = new Random(7);
    List<TensorSource> tensors = new ArrayList<>();
    for (Parameter p : ModelGraph.bare(config.model(), 1, new Size(64, 64)).parameters()) {
      float[] values = new float[(int) p.shape().elements()];
      p.init().fill(FloatBuffer.wrap(values), p.shape(), random);
      if (p.name()
          .matches(
              ".*(fc_cls|conv_seg|cls_embed|mask_embed\\..|mask_feature|head\\.fc)\\.weight")) {
        for (int i = 0; i < values.length; i++) {
          values[i] = (float) random.nextGaussian();
        }
      }
      long[] shape = java.util.Arrays.stream(p.shape().dims()).asLongStream().toArray();
      tensors.add(ArrayTensor.of(p.name(), values, shape));
    }
    return tensors;
  }

  /** Writes an image of noise, which depends only on the file name. */
  static void picture(Path file, int height, int width) throws IOException {
    Files.createDirectories(file.getParent());
    byte[] pixels = new byte[height * width * 3];
    new Random(file.getFileName().hashCode()).nextBytes(pixels);
    ImageWriter.write(file, Image.of(new Size(height, width), pixels));
  }

  /** Returns the arguments of a command with this model. */
  List<Object> arguments(String command, Object... more) {
    List<Object> args = new ArrayList<>(List.of(command, config, "--weights", weights));
    args.addAll(List.of(more));
    return args;
  }

  CommandLineRun run(String command, Object... more) {
    return CommandLineRun.of(arguments(command, more).toArray());
  }
}
