package dev.dovetail;

import dev.dovetail.graph.int8.CalibrationMethod;
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
import dev.dovetail.tasks.Progress;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.logging.Logger;

/** Configures and opens a model: its weights, device and precision. */
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

  /**
   * Sets the checkpoint: a {@code .pth}, {@code .safetensors} or {@code .npz} file, or a directory
   * that contains one.
   */
  public ModelBuilder weights(Path checkpoint) {
    weights = Optional.of(checkpoint);
    return this;
  }

  /**
   * Selects one of several sets of weights in the checkpoint.
   *
   * @param key the key of the set, such as {@code model_ema} or {@code ema.module}
   */
  public ModelBuilder weightsKey(String key) {
    weightsKey = Optional.of(key);
    return this;
  }

  /** Initializes parameters that are missing in the checkpoint, and ignores unexpected ones. */
  public ModelBuilder allowMissing() {
    allowMissing = true;
    return this;
  }

  /**
   * Overrides a value of the config.
   *
   * @param keyAndValue an assignment such as {@code head.classes=3}
   */
  public ModelBuilder set(String keyAndValue) {
    overrides.add(keyAndValue);
    return this;
  }

  /**
   * Merges the results of several views of each image (test-time augmentation). Replaces the
   * config's {@code test.augment}.
   *
   * @param flip whether each view is also flipped horizontally
   * @param scales the scale of each view, relative to the size in the config's {@code preprocess};
   *     {@code 1} is that size itself
   * @throws IllegalArgumentException if there are no scales, or a scale is not positive or is
   *     repeated
   */
  public ModelBuilder augment(boolean flip, double... scales) {
    Augmentation views = new Augmentation(Arrays.stream(scales).boxed().toList(), flip);
    overrides.add("test.augment.scales=" + views.scales());
    overrides.add("test.augment.flip=" + views.flip());
    augmented = true;
    return this;
  }

  /**
   * Sets the device that the model runs on.
   *
   * @param device {@code cpu} (the default), {@code cuda} or {@code cuda:N}
   * @throws IllegalArgumentException if the device is none of these
   */
  public ModelBuilder device(String device) {
    settings = Settings.on(Device.parse(device), settings.precision()).threads(settings.threads());
    return this;
  }

  /**
   * Sets the precision: float32 (the default), half precision, or 8-bit integers. 8-bit integers
   * require {@link #calibrate} or {@link #calibration}.
   */
  public ModelBuilder precision(Precision precision) {
    settings = Settings.on(settings.device(), precision).threads(settings.threads());
    return this;
  }

  /**
   * Sets the images to calibrate on, for {@link Precision#INT8}. They should resemble the images
   * that the model will see. When the model is opened, up to 32 of them run in float32 to find the
   * value ranges of the layers.
   */
  public ModelBuilder calibrate(List<? extends ImageSource> images) {
    int8 = int8.withImages(images);
    return this;
  }

  /**
   * Sets how {@link #calibrate} derives ranges from the images; by default {@link
   * CalibrationMethod#MINMAX}. A saved calibration keeps the method that it was made with.
   */
  public ModelBuilder calibrationMethod(CalibrationMethod method) {
    int8 = int8.withMethod(method);
    return this;
  }

  /**
   * Sets the listener for the progress of {@link #calibrate}: one step per run of an image. If it
   * cancels, {@link #open} throws an {@link java.io.InterruptedIOException}.
   */
  public ModelBuilder calibrationProgress(Progress listener) {
    int8 = int8.withProgress(listener);
    return this;
  }

  /**
   * Sets a calibration file that {@link #saveCalibration} wrote for the same config and weights.
   */
  public ModelBuilder calibration(Path file) {
    int8 = int8.withFile(file);
    return this;
  }

  /**
   * Sets the JSON file to which the calibration is written. Later runs can read it with {@link
   * #calibration} and need no images.
   */
  public ModelBuilder saveCalibration(Path file) {
    int8 = int8.withSave(file);
    return this;
  }

  /** Sets the number of threads per operator; 0 (the default) means one per core. */
  public ModelBuilder threads(int threads) {
    settings = settings.threads(threads);
    return this;
  }

  /**
   * Sets the maximum memory of all compiled plans in bytes; by default half of the machine's
   * memory.
   */
  public ModelBuilder planMemory(long bytes) {
    planMemory = Optional.of(bytes);
    return this;
  }

  /**
   * Sets the consumer of notes about the model's files: which set of weights was used, and which
   * details of image preprocessing the files omit and had to be assumed. By default notes are
   * logged.
   */
  public ModelBuilder notes(Consumer<String> listener) {
    notes = listener;
    return this;
  }

  /**
   * Opens the model. Weights are read directly from their file. Plans are compiled when an image
   * size first occurs.
   *
   * @throws IOException if a file cannot be read, or the weights do not match the model; the
   *     message lists the differences
   * @throws MissingWeightsException if no weights are specified and the model does not include any
   * @throws IllegalArgumentException if there is no such model, or its config is invalid
   */
  public DovetailModel open() throws IOException {
    OpenModel<?> opened = openModel();
    if (opened.settings().precision() == Precision.FP16
        && opened.settings().device() instanceof Device.Cpu) {
      notes.accept(
          "warning: fp16 on the CPU is only meant for checks and takes about 11 times as long as"
              + " fp32; int8 is the fast precision there");
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
          "int8 needs images like those that the model will see, to find its value ranges;"
              + " specify images to calibrate on, or a saved calibration");
    }
    NamedModel named = NamedModel.find(name, overrides, note -> notes.accept("warning: " + note));
    named.config().notes().forEach(note -> notes.accept("warning: " + note));
    return open(named, named.config().model());
  }

  /** An exported file contains its own weights and config, so nothing may override them. */
  private void requireNothingFixed() {
    if (weights.isPresent() || allowMissing) {
      throw new IllegalArgumentException(
          name + " is an exported file, which has its own weights; remove the checkpoint");
    }
    if (augmented) {
      throw new IllegalArgumentException(
          name
              + " is an exported file, which runs a single view of each image; to merge views,"
              + " open the model from its config");
    }
    if (!overrides.isEmpty()) {
      throw new IllegalArgumentException(
          name
              + " is an exported file, whose config is fixed: '"
              + overrides.get(0)
              + "' requires a new export");
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
