package dev.dovetail.train.checkpoint;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.dovetail.core.DType;
import dev.dovetail.graph.Graph;
import dev.dovetail.graph.TensorData;
import dev.dovetail.graph.Trace;
import dev.dovetail.graph.network.ImageBatch;
import dev.dovetail.models.ModelConfig;
import dev.dovetail.models.PartRegistry;
import dev.dovetail.train.engine.Executable;
import dev.dovetail.train.engine.FloatType;
import dev.dovetail.train.engine.Masks;
import dev.dovetail.train.engine.Parameters;
import dev.dovetail.train.engine.Pass;
import dev.dovetail.train.engine.Tensors;
import dev.dovetail.train.loss.Losses;
import dev.dovetail.train.loss.PixelLoss;
import java.io.IOException;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import org.bytedeco.pytorch.Tensor;

/**
 * A segmenter whose training steps are fast: ViT-CoMer with batch norms, drop path and dropout, a
 * decode head and an auxiliary head.
 */
final class TinyTraining {

  static final int SIDE = 64;
  static final int CLASSES = 3;

  static final String SEGMENTER =
      "{'backbone':{'type':'vit','width':16,'depth':4,'heads':2,'windows':[0],'pretrainSize':64},"
          + "'adapter':{'type':'vit-comer','flavour':'segmentation','stemChannels':8,"
          + "'deformHeads':2,'interactionIndexes':[[0,0],[1,1],[2,2],[3,3]]},"
          + "'head':{'type':'upernet','classes':%d,'channels':8,'auxiliary':{'channels':8}}}";

  private TinyTraining() {}

  static ModelConfig segmenter(int classes) throws IOException {
    return config(SEGMENTER, classes);
  }

  static ModelConfig config(String json, int classes) throws IOException {
    String text = String.format(Locale.ROOT, json, classes).replace('\'', '"');
    ObjectNode tree = (ObjectNode) JsonMapper.builder().build().readTree(text);
    return ModelConfig.of(tree, PartRegistry.load());
  }

  /** Returns the graph of a step with two images, the input {@code image}. */
  static Graph graph(ModelConfig config) {
    return graph(config, SIDE);
  }

  static Graph graph(ModelConfig config, int side) {
    Trace trace = Trace.forTraining(0.2);
    dev.dovetail.graph.Tensor image = trace.input("image", DType.FLOAT32, 2, 3, side, side);
    return trace.graph(
        config
            .model()
            .network()
            .forward(trace.root(), ImageBatch.ofInputs(trace.root(), image))
            .tensors());
  }

  static Graph graph() throws IOException {
    return graph(segmenter(CLASSES));
  }

  /** Returns the images of a step. */
  static TensorData images(int side, long step) {
    Random random = new Random(step);
    float[] pixels = new float[2 * 3 * side * side];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (float) random.nextGaussian();
    }
    return TensorData.of(pixels, 2, 3, side, side);
  }

  /** Computes the losses of a step on the images of that step. */
  static Losses losses(Executable executable, Parameters parameters, Masks masks, long step) {
    return losses(executable, parameters, masks, step, SIDE);
  }

  static Losses losses(
      Executable executable, Parameters parameters, Masks masks, long step, int side) {
    long[] labels = new long[2 * side * side];
    for (int i = 0; i < labels.length; i++) {
      labels[i] = i / side % CLASSES;
    }
    FloatType type = parameters.type();
    Tensor image = Tensors.of(images(side, step), type);
    Map<String, Tensor> outputs =
        executable.run(parameters, Map.of("image", image), Pass.training(masks));
    return PixelLoss.defaults().of(outputs, Tensors.of(TensorData.of(labels, 2, side, side), type));
  }
}
