package dev.dovetail;

import dev.dovetail.graph.onnx.Precision;
import dev.dovetail.images.ImageSource;
import dev.dovetail.internal.Calibrator;
import dev.dovetail.internal.CheckpointWeights;
import dev.dovetail.internal.ExportedModel;
import dev.dovetail.internal.Int8;
import dev.dovetail.internal.Memory;
import dev.dovetail.internal.NamedModel;
import dev.dovetail.internal.OpenModel;
import dev.dovetail.models.LoadedModel;
import dev.dovetail.models.Model;
import dev.dovetail.runtime.Device;
import dev.dovetail.runtime.Settings;
import dev.dovetail.tasks.Augmentation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.logging.Logger;

/** Says which model is opened, with which weights, and where it runs. */
public final class ModelBuilder {

  private static final Logger LOG = Logger.getLogger(ModelBuilder.class.getName());

  private final String name;
  private final List<String> overrides = new ArrayList<>();
  private boolean augmented;
  private Optional<Path> weights = Optional.empty();
  private Optional<String> weightsKey = Optional.empty();
  private boolean allowMissing;
  private Settings settings = Settings.cpu();
  private Int8 int8 = Int8.none();
  private Optional<Long> planMemory = Optional.empty();
  private Consumer<String> notes = LOG::warning;

  ModelBuilder(String name) {
    this.name = name;
  }

  /** The checkpoint: {@code .pth}, {@code .safetensors}, {@code .npz}, or a folder with one. */
  public ModelBuilder weights(Path checkpoint) {
    weights = Optional.of(checkpoint);
    return this;
  }

  /**
   * Where in the checkpoint the weights are, if it has several sets.
   *
   * @param key such as {@code model_ema} or {@code ema.module}
   */
  public ModelBuilder weightsKey(String key) {
    weightsKey = Optional.of(key);
    return this;
  }

  /** Initialises what the checkpoint lacks and leaves out what the model does not know. */
  public ModelBuilder allowMissing() {
    allowMissing = true;
    return this;
  }

  /**
   * Overrides a value of the config.
   *
   * @param keyAndValue such as {@code head.classes=3}
   */
  public ModelBuilder set(String keyAndValue) {
    overrides.add(keyAndValue);
    return this;
  }

  /**
   * Merges the results of several views of each image (test-time augmentation), in place of what
   * the config says at {@code test.augment}.
   *
   * @param flip whether each view is also seen with left and right exchanged
   * @param scales the sizes of the views, in terms of the one that {@code preprocess} says: {@code
   *     1} for that alone
   * @throws IllegalArgumentException if there are no scales, or one is not above 0 or there twice
   */
  public ModelBuilder augment(boolean flip, double... scales) {
    Augmentation views = new Augmentation(Arrays.stream(scales).boxed().toList(), flip);
    overrides.add("test.augment.scales=" + views.scales());
    overrides.add("test.augment.flip=" + views.flip());
    augmented = true;
    return this;
  }

  /**
   * Where the model runs.
   *
   * @param device {@code cpu} (the default), {@code cuda} or {@code cuda:N}
   * @throws IllegalArgumentException if it is none of these
   */
  public ModelBuilder device(String device) {
    settings = Settings.on(Device.parse(device), settings.precision()).threads(settings.threads());
    return this;
  }

  /**
   * How the model computes: in float32 (the default), in half precision, or in 8-bit integers,
   * which need {@link #calibrate} or {@link #calibration}.
   */
  public ModelBuilder precision(Precision precision) {
    settings = Settings.on(settings.device(), precision).threads(settings.threads());
    return this;
  }

  /**
   * Images like those that the model will see, for {@link Precision#INT8}: at most 32 of them are
   * run in float32 when the model is opened, to find the ranges of the layers' values.
   */
  public ModelBuilder calibrate(List<? extends ImageSource> images) {
    int8 = new Int8(List.copyOf(images), Optional.empty(), int8.save());
    return this;
  }

  /** A file that {@link #saveCalibration} made with the same config and weights. */
  public ModelBuilder calibration(Path file) {
    int8 = new Int8(List.of(), Optional.of(file), int8.save());
    return this;
  }

  /** Where the calibration is kept as JSON, so that the next start can do without images. */
  public ModelBuilder saveCalibration(Path file) {
    int8 = new Int8(int8.images(), int8.file(), Optional.of(file));
    return this;
  }

  /** How many threads work on one operator; 0 (the default) for one on each core. */
  public ModelBuilder threads(int threads) {
    settings = settings.threads(threads);
    return this;
  }

  /** Bytes that compiled plans may take together; by default half of the machine's memory. */
  public ModelBuilder planMemory(long bytes) {
    planMemory = Optional.of(bytes);
    return this;
  }

  /**
   * Takes sentences about how the model's files were read: what they do not say of the preparation
   * of images and had to be assumed, which set of weights was taken. By default they are logged.
   */
  public ModelBuilder notes(Consumer<String> listener) {
    notes = listener;
    return this;
  }

  /**
   * Opens the model. Weights stay in their file; plans are compiled as image sizes come up.
   *
   * @throws IOException if a file cannot be read, or the weights do not fit; the message lists what
   *     differs
   * @throws MissingWeightsException if no weights are given and the model has none
   * @throws IllegalArgumentException if there is no such model, or its config is wrong
   */
  public DovetailModel open() throws IOException {
    OpenModel<?> opened = openModel();
    if (opened.settings().precision() == Precision.FP16
        && opened.settings().device() instanceof Device.Cpu) {
      notes.accept(
          "warning: fp16 on the processor is for checking only, and takes about 11 times as long as"
              + " fp32; int8 is the fast one there");
    }
    return new DovetailModel(opened);
  }

  private OpenModel<?> openModel() throws IOException {
    if (ExportedModel.is(name)) {
      requireNothingFixed();
      return ExportedModel.read(Path.of(name), settings).open();
    }
    if (settings.precision() == Precision.INT8 && int8.isEmpty()) {
      throw new IllegalArgumentException(
          "int8 needs images like those that the model will see, to find the ranges of its values;"
              + " give some to calibrate on, or a calibration that was saved");
    }
    NamedModel named = NamedModel.find(name, overrides, note -> notes.accept("warning: " + note));
    named.config().notes().forEach(note -> notes.accept("warning: " + note));
    return open(named, named.config().model());
  }

  /** Weights and config of an exported file are in it. */
  private void requireNothingFixed() {
    if (weights.isPresent() || allowMissing) {
      throw new IllegalArgumentException(
          name + " is an exported file, which has its own weights; leave the checkpoint out");
    }
    if (augmented) {
      throw new IllegalArgumentException(
          name
              + " is an exported file, which sees each image once; to merge views, open the model from"
              + " its config");
    }
    if (!overrides.isEmpty()) {
      throw new IllegalArgumentException(
          name
              + " is an exported file, whose config is fixed: '"
              + overrides.get(0)
              + "' needs another export");
    }
  }

  private <R> OpenModel<R> open(NamedModel named, Model<?, R> model) throws IOException {
    Optional<Path> own = weights.isPresent() ? weights : named.ownWeights();
    Path checkpoint =
        own.orElseThrow(() -> new MissingWeightsException(name, named.config().weights()));
    LoadedModel loaded = LoadedModel.open(model, checkpoint, weightsKey, allowMissing);
    loaded.notes().forEach(notes);
    long memory = planMemory.orElseGet(Memory::halfOfTheMachine);
    Settings chosen = settings;
    if (settings.precision() == Precision.INT8) {
      Settings exact = Settings.on(settings.device(), Precision.FP32).threads(settings.threads());
      Calibrator calibrator = new Calibrator(model, loaded.weights(), exact, memory);
      CheckpointWeights origin = new CheckpointWeights(loaded.checkpoint(), weightsKey);
      chosen = exact.int8(int8.calibration(calibrator, named.config().hash(), origin, notes));
    }
    return OpenModel.of(named.config(), model, loaded, weightsKey, chosen, memory);
  }
}
