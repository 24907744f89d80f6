package dev.dovetail;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.dovetail.formats.Size;
import dev.dovetail.graph.Parameter;
import dev.dovetail.images.Image;
import dev.dovetail.images.ImageWriter;
import dev.dovetail.models.ModelConfig;
import dev.dovetail.models.ModelGraph;
import dev.dovetail.models.PartRegistry;
import dev.dovetail.weights.formats.Safetensors;
import dev.dovetail.weights.tensors.ArrayTensor;
import dev.dovetail.weights.tensors.TensorSource;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;

/** A model that is created quickly and runs in milliseconds. Its predictions are meaningless. */
record TinyModel(Path config, Path weights) {

  private static final String BACKBONE =
      "'backbone':{'type':'vit','width':16,'depth':4,'heads':2,'windows':[0],'pretrainSize':64},"
          + "'adapter':{'type':'vit-comer','flavour':'%s','stemChannels':8,'deformHeads':2,"
          + "'interactionIndexes':[[0,0],[1,1],[2,2],[3,3]]},";

  private static final String MASK2FORMER =
      "'head':{'type':'mask2former','classes':%d,'heads':4,'queries':12,'layers':2,'hidden':32,"
          + "'pixels':{'channels':16,'heads':4,'points':2,'layers':1,'hidden':32,'groups':4}},";

  /** A detector with a hundred objects in every picture. */
  static TinyModel detector(Path folder, String... classes) throws IOException {
    return detector(folder, "mask-rcnn", "'boxes':{'channels':16},'masks':{'channels':8}", classes);
  }

  /** A detector with three stages, with or without masks. */
  static TinyModel cascade(Path folder, boolean masks, String... classes) throws IOException {
    String boxes =
        "'boxes':{'channels':16,'layers':1,'convs':{'count':1,'channels':8,'norm':'bn'}}";
    return masks
        ? detector(folder, "cascade-mask-rcnn", boxes + ",'masks':{'channels':8}", classes)
        : detector(folder, "cascade-rcnn", boxes, classes);
  }

  private static TinyModel detector(Path folder, String head, String options, String... classes)
      throws IOException {
    return write(
        folder,
        classes,
        String.format(Locale.ROOT, BACKBONE, "detection")
            + "'neck':{'type':'fpn','channels':8},'head':{'type':'"
            + head
            + "','classes':"
            + classes.length
            + ",'proposals':{'channels':8},"
            + options
            + "},'preprocess':{'scale':[128,64]}");
  }

  /** A segmenter whose label maps contain class indices. */
  static TinyModel segmenter(Path folder, String... classes) throws IOException {
    return write(
        folder,
        classes,
        String.format(Locale.ROOT, BACKBONE, "segmentation")
            + "'head':{'type':'upernet','classes':"
            + classes.length
            + ",'channels':8},'test':{'mode':'whole'},'labels':{'reduceZero':false},"
            + "'preprocess':{'scale':[128,64]}");
  }

  /** A panoptic segmenter; the first class is stuff. */
  static TinyModel panoptic(Path folder, String... classes) throws IOException {
    return write(
        folder,
        classes,
        "'task':'panoptic',"
            + String.format(Locale.ROOT, BACKBONE, "segmentation")
            + String.format(Locale.ROOT, MASK2FORMER, classes.length)
            + "'test':{'scoreThreshold':0.3,'overlapThreshold':0.1,'stuff':[0]},"
            + "'preprocess':{'scale':[128,64]}");
  }

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
    String name = "tiny" + Integer.toHexString(sections.hashCode());
    Path config = Files.writeString(folder.resolve(name + ".json"), tree.toString());
    Path weights = folder.resolve(name + ".safetensors");
    ModelConfig read = ModelConfig.of(tree, PartRegistry.load());
    Safetensors.write(weights, weights(read), Map.of());
    return new TinyModel(config, weights);
  }

  /** Initial weights of training, but with different class scores. */
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
      long[] shape = Arrays.stream(p.shape().dims()).asLongStream().toArray();
      tensors.add(ArrayTensor.of(p.name(), values, shape));
    }
    return tensors;
  }

  ModelBuilder builder() {
    return Dovetail.model(config.toString()).weights(weights);
  }

  DovetailModel open() throws IOException {
    return builder().open();
  }

  /** Returns a picture of colored patches, which is the same for the same seed and size. */
  static Image image(long seed, int height, int width) {
    Random random = new Random(seed);
    byte[] colours = new byte[3 * 64];
    random.nextBytes(colours);
    byte[] pixels = new byte[height * width * 3];
    for (int i = 0; i < pixels.length; i++) {
      int patch = (i / 3 / width * 8 / height * 8 + i / 3 % width * 8 / width) % 64;
      pixels[i] = (byte) ((colours[3 * patch + i % 3] & 0xf0) + random.nextInt(16));
    }
    return Image.of(new Size(height, width), pixels);
  }

  /** Writes such a picture to a file. */
  static Path picture(Path file, long seed, int height, int width) throws IOException {
    Files.createDirectories(file.getParent());
    ImageWriter.write(file, image(seed, height, width));
    return file;
  }
}
