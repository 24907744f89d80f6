package dev.dovetail.train;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.dovetail.core.DType;
import dev.dovetail.graph.Elementwise;
import dev.dovetail.graph.Graph;
import dev.dovetail.graph.Node;
import dev.dovetail.graph.TensorData;
import dev.dovetail.graph.Trace;
import dev.dovetail.graph.network.ImageBatch;
import dev.dovetail.graph.network.Network;
import dev.dovetail.graph.network.Predictions;
import dev.dovetail.heads.PyramidNetwork;
import dev.dovetail.heads.maskrcnn.MaskRcnn;
import dev.dovetail.models.ModelConfig;
import dev.dovetail.models.PartRegistry;
import dev.dovetail.train.engine.Executable;
import dev.dovetail.train.engine.FloatType;
import dev.dovetail.train.engine.Masks;
import dev.dovetail.train.engine.Parameters;
import dev.dovetail.train.engine.Pass;
import dev.dovetail.train.engine.Tensors;
import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** The networks of the fixtures, with our configs, traced for training. */
final class FixtureModels {

  private static final JsonMapper JSON = JsonMapper.builder().build();

  private FixtureModels() {}

  static Step vitClassifier(TrainingFixture fixture, FloatType type) throws IOException {
    JsonNode p = fixture.config().get("hyper_parameters");
    ObjectNode config = JSON.createObjectNode();
    ObjectNode backbone = vit(config, p).put("patchSize", p.get("patch_size").asInt());
    backbone.put("pretrainSize", p.get("image_size").get(0).asInt()).put("layerScale", false);
    backbone.putObject("embedding").put("classToken", true).put("leading", 1);
    backbone.putObject("head").put("pool", "class").put("norm", "tokens");
    config.putObject("head").put("type", "classifier").put("classes", p.get("num_classes").asInt());
    return step(fixture, config, 0, type);
  }

  static Step uperNet(TrainingFixture fixture, double dropPath, FloatType type) throws IOException {
    JsonNode p = fixture.config().get("backbone");
    ObjectNode config = JSON.createObjectNode();
    vit(config, p).put("pretrainSize", p.get("pretrain_size").asInt());
    ObjectNode adapter = comer(config, p).put("flavour", "segmentation");
    adapter.put("mrfpRatio", p.get("dim_ratio").asDouble());
    JsonNode head = fixture.config().get("decode_head");
    ObjectNode upernet = config.putObject("head");
    upernet
        .put("type", "upernet")
        .put("classes", head.get("num_classes").asInt())
        .put("channels", head.get("channels").asInt());
    upernet.set("poolScales", head.get("pool_scales"));
    JsonNode auxiliary = fixture.config().get("auxiliary_head");
    upernet
        .putObject("auxiliary")
        .put("level", auxiliary.get("in_index").asInt())
        .put("channels", auxiliary.get("channels").asInt())
        .put("convs", auxiliary.get("num_convs").asInt());
    return step(fixture, config, dropPath, type);
  }

  private static ObjectNode comer(ObjectNode config, JsonNode p) {
    ObjectNode adapter = config.putObject("adapter");
    adapter
        .put("type", "vit-comer")
        .put("stemChannels", p.get("conv_inplane").asInt())
        .put("points", p.get("n_points").asInt())
        .put("deformHeads", p.get("deform_num_heads").asInt())
        .put("deformRatio", p.get("deform_ratio").asDouble())
        .put("ffnRatio", p.get("cffn_ratio").asDouble());
    adapter.set("interactionIndexes", p.get("interaction_indexes"));
    adapter.putArray("cnnInteraction").add(true);
    return adapter;
  }

  /** A detector with the fixture's weights; the caller's pointer scope owns its tensors. */
  record Detector(MaskRcnn head, Graph graph, Executable executable, Parameters parameters)
      implements AutoCloseable {

    @Override
    public void close() {
      executable.close();
      parameters.close();
    }
  }

  static Detector maskRcnn(TrainingFixture fixture, FloatType type) throws IOException {
    JsonNode config = fixture.config();
    JsonNode limits = config.at("/train_cfg/rpn_proposal");
    ObjectNode model = JSON.createObjectNode();
    JsonNode p = config.get("backbone");
    ObjectNode backbone = vit(model, p).put("pretrainSize", p.get("pretrain_size").asInt());
    backbone.putArray("windows");
    p.get("window_size").forEach(w -> backbone.withArray("windows").add(w.asInt()));
    ObjectNode adapter = comer(model, p).put("flavour", "detection");
    adapter.put("extraCtis", p.get("extra_num").asInt());
    model
        .putObject("neck")
        .put("type", "fpn")
        .put("channels", config.at("/fpn/out_channels").asInt())
        .put("levels", config.at("/fpn/num_outs").asInt());
    ObjectNode head = model.putObject("head").put("type", "mask-rcnn");
    head.put("classes", config.get("num_classes").asInt());
    head.putObject("proposals").put("channels", config.at("/fpn/out_channels").asInt());
    head.putObject("regions").put("finestScale", config.get("finest_scale").asInt());
    head.putObject("boxes").put("channels", config.get("bbox_fc").asInt());
    head.putObject("masks")
        .put("channels", config.get("mask_conv_channels").asInt())
        .put("convs", config.get("mask_num_convs").asInt());
    head.putObject("trainProposals")
        .put("proposalsPerLevel", limits.get("nms_pre").asInt())
        .put("maxProposals", limits.get("max_per_img").asInt())
        .put("proposalIouThreshold", limits.get("nms_iou").asDouble())
        .put("minProposalSize", limits.get("min_bbox_size").asDouble());
    PyramidNetwork<?> network =
        (PyramidNetwork<?>) ModelConfig.of(model, PartRegistry.load()).model().network();
    int[] dims = fixture.inputs().get("image").type().shape().dims();
    Trace trace = Trace.forTraining();
    dev.dovetail.graph.Tensor image = trace.input("image", DType.FLOAT32, dims);
    Predictions predictions =
        network.forward(trace.root(), ImageBatch.ofInputs(trace.root(), image));
    Map<String, dev.dovetail.graph.Tensor> outputs = new LinkedHashMap<>(predictions.tensors());
    Graph graph = trace.graph(outputs);
    tapped(graph, outputs);
    graph = graph.withOutputs(outputs);
    Parameters parameters = parameters(fixture, graph, type);
    return new Detector((MaskRcnn) network.head(), graph, Executable.of(graph, type), parameters);
  }

  /** Returns the intermediate values that the fixture records, under its names. */
  private static void tapped(Graph graph, Map<String, dev.dovetail.graph.Tensor> outputs) {
    Map<String, String> names = new LinkedHashMap<>();
    for (int i = 0; i < 5; i++) {
      names.put("neck.p" + i, "neck.p" + (i + 1));
      names.put("rpn.cls" + i, "rpn_head.cls" + i);
      names.put("rpn.reg" + i, "rpn_head.reg" + i);
    }
    names.put("roi_levels", "roi_head.roi_levels");
    names.put("mask_roi_levels", "roi_head.mask_roi_levels");
    names.put("proposal_scores", "rpn_head.proposal_scores");
    names.put("proposal_levels", "rpn_head.proposal_levels");
    names.forEach((name, tap) -> outputs.put(name, graph.value(tap).orElseThrow()));
  }

  private static ObjectNode vit(ObjectNode config, JsonNode p) {
    ObjectNode backbone = config.putObject("backbone");
    backbone
        .put("type", "vit")
        .put("width", p.get("embed_dim").asInt())
        .put("depth", p.get("depth").asInt())
        .put("heads", p.get("num_heads").asInt());
    backbone.putArray("windows").add(0);
    return backbone;
  }

  private static Step step(
      TrainingFixture fixture, ObjectNode config, double dropPath, FloatType type)
      throws IOException {
    Network<?> network = ModelConfig.of(config, PartRegistry.load()).model().network();
    int[] dims = fixture.inputs().get("image").type().shape().dims();
    Trace trace = Trace.forTraining(dropPath);
    dev.dovetail.graph.Tensor image = trace.input("image", DType.FLOAT32, dims);
    Predictions predictions = network.forward(trace.root(), ImageBatch.whole(trace.root(), image));
    Map<String, dev.dovetail.graph.Tensor> outputs = new LinkedHashMap<>(predictions.tensors());
    Graph graph = trace.graph(outputs);
    for (int i = 1; i <= 4; i++) {
      String name = "f" + i;
      graph.value("backbone." + name).ifPresent(t -> outputs.put(name, t));
    }
    graph = graph.withOutputs(outputs);
    return new Step(Executable.of(graph, type), parameters(fixture, graph, type), type);
  }

  private static Parameters parameters(TrainingFixture fixture, Graph graph, FloatType type)
      throws IOException {
    Parameters parameters = Parameters.initial(graph, type, 0);
    Map<String, TensorData> weights = fixture.weights();
    for (String name : parameters.names()) {
      TensorData data = weights.get(name);
      if (data == null) {
        throw new IllegalArgumentException("the fixture has no weight " + name);
      }
      parameters.set(name, data);
    }
    return parameters;
  }

  /** A network with the fixture's weights, and the scope that owns the tensors of a step. */
  static final class Step implements AutoCloseable {

    private final Executable executable;
    private final Parameters parameters;
    private final FloatType type;
    private final PointerScope scope = new PointerScope();
    private Tensor labels;

    Step(Executable executable, Parameters parameters, FloatType type) {
      this.executable = executable;
      this.parameters = parameters;
      this.type = type;
    }

    Parameters parameters() {
      return parameters;
    }

    /** Runs the network on the fixture's image and keeps the fixture's labels. */
    Map<String, Tensor> forward(Map<String, TensorData> inputs, Masks masks) {
      return forward(inputs, masks, false);
    }

    /** Runs the network, with image and labels flipped if requested. */
    Map<String, Tensor> forward(Map<String, TensorData> inputs, Masks masks, boolean mirrored) {
      Tensor image = Tensors.of(inputs.get("image"), type);
      labels = Tensors.of(inputs.get("labels"), type).to(ScalarType.Long);
      if (mirrored) {
        image = image.flip(3);
        labels = labels.flip(2);
      }
      return executable.run(parameters, Map.of("image", image), Pass.training(masks));
    }

    Tensor labels() {
      return labels;
    }

    @Override
    public void close() {
      scope.close();
      executable.close();
      parameters.close();
    }
  }

  /** The masks of a fixture, by the scope of the dropout and a counter. */
  static final class GivenMasks implements Masks {

    private final Map<String, TensorData> masks;
    private final FloatType type;
    private final Map<String, Integer> uses = new HashMap<>();
    private final Set<String> unused;

    GivenMasks(Map<String, TensorData> masks, FloatType type) {
      this.masks = masks;
      this.type = type;
      unused = new HashSet<>(masks.keySet());
    }

    Set<String> unused() {
      return unused;
    }

    @Override
    public Tensor mask(Node node, double rate, ScalarType as, long... dims) {
      Elementwise.Dropout op = (Elementwise.Dropout) node.op();
      String name;
      if (op.unit() == Elementwise.Unit.CHANNEL) {
        name = node.scope().startsWith("decode_head") ? "dropout.decode" : "dropout.aux";
      } else {
        String scope = "mask." + node.scope() + ".drop_path";
        name = scope + "#" + (uses.merge(scope, 1, Integer::sum) - 1);
      }
      unused.remove(name);
      TensorData mask = masks.get(name);
      if (mask == null) {
        throw new IllegalArgumentException("the fixture has no mask " + name);
      }
      return Tensors.of(mask, type).div(new Scalar(1 - rate));
    }
  }
}
