package dev.dovetail.formats.cityscapes;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A label of Cityscapes ({@code labels.py} in cityscapesScripts). The index in {@link #ALL} is the
 * id.
 *
 * @param id the value in {@code *_labelIds.png}
 * @param trainId the class of an evaluated label, 0 to 18; {@link #NO_CLASS} for the others
 * @param category the group of labels
 * @param hasInstances whether objects of the label are distinguished
 */
public record CityscapesLabel(
    String name, int id, int trainId, String category, boolean hasInstances) {

  /** The train id of labels that evaluations ignore. */
  public static final int NO_CLASS = 255;

  /** The factor of the label id in an instance id, to which the number of the instance is added. */
  public static final int INSTANCES = 1000;

  /** All labels that occur in images, by id. */
  public static final List<CityscapesLabel> ALL =
      List.of(
          ignored("unlabeled", 0, "void", false),
          ignored("ego vehicle", 1, "void", false),
          ignored("rectification border", 2, "void", false),
          ignored("out of roi", 3, "void", false),
          ignored("static", 4, "void", false),
          ignored("dynamic", 5, "void", false),
          ignored("ground", 6, "void", false),
          stuff("road", 7, 0, "flat"),
          stuff("sidewalk", 8, 1, "flat"),
          ignored("parking", 9, "flat", false),
          ignored("rail track", 10, "flat", false),
          stuff("building", 11, 2, "construction"),
          stuff("wall", 12, 3, "construction"),
          stuff("fence", 13, 4, "construction"),
          ignored("guard rail", 14, "construction", false),
          ignored("bridge", 15, "construction", false),
          ignored("tunnel", 16, "construction", false),
          stuff("pole", 17, 5, "object"),
          ignored("polegroup", 18, "object", false),
          stuff("traffic light", 19, 6, "object"),
          stuff("traffic sign", 20, 7, "object"),
          stuff("vegetation", 21, 8, "nature"),
          stuff("terrain", 22, 9, "nature"),
          stuff("sky", 23, 10, "sky"),
          thing("person", 24, 11, "human"),
          thing("rider", 25, 12, "human"),
          thing("car", 26, 13, "vehicle"),
          thing("truck", 27, 14, "vehicle"),
          thing("bus", 28, 15, "vehicle"),
          ignored("caravan", 29, "vehicle", true),
          ignored("trailer", 30, "vehicle", true),
          thing("train", 31, 16, "vehicle"),
          thing("motorcycle", 32, 17, "vehicle"),
          thing("bicycle", 33, 18, "vehicle"));

  private static final Map<Integer, Integer> TRAIN_IDS =
      classes().stream()
          .collect(Collectors.toUnmodifiableMap(label -> label.id, label -> label.trainId));

  private static final Map<Integer, Integer> IDS =
      classes().stream()
          .collect(Collectors.toUnmodifiableMap(label -> label.trainId, label -> label.id));

  private static CityscapesLabel ignored(String name, int id, String category, boolean instances) {
    return new CityscapesLabel(name, id, NO_CLASS, category, instances);
  }

  private static CityscapesLabel stuff(String name, int id, int trainId, String category) {
    return new CityscapesLabel(name, id, trainId, category, false);
  }

  private static CityscapesLabel thing(String name, int id, int trainId, String category) {
    return new CityscapesLabel(name, id, trainId, category, true);
  }

  /** {@return whether evaluations ignore its pixels} */
  public boolean isIgnored() {
    return trainId == NO_CLASS;
  }

  /** {@return whether it is one of the eight evaluated classes of objects} */
  public boolean isThing() {
    return hasInstances && !isIgnored();
  }

  /** {@return the 19 evaluated classes, by train id} */
  public static List<CityscapesLabel> classes() {
    return ALL.stream().filter(label -> !label.isIgnored()).toList();
  }

  /** {@return the names of {@link #classes}} */
  public static List<String> classNames() {
    return classes().stream().map(CityscapesLabel::name).toList();
  }

  /** {@return the train ids of the evaluated labels by id} */
  public static Map<Integer, Integer> trainIds() {
    return TRAIN_IDS;
  }

  /** {@return the ids of the evaluated labels by train id} */
  public static Map<Integer, Integer> ids() {
    return IDS;
  }

  /**
   * {@return the label of a value in {@code *_instanceIds.png}: an id, or an id times 1000 plus the
   * number of an instance; empty for an unknown id}
   *
   * @param instance the value
   */
  public static Optional<CityscapesLabel> ofInstance(int instance) {
    int id = isInstance(instance) ? instance / INSTANCES : instance;
    return id >= 0 && id < ALL.size() ? Optional.of(ALL.get(id)) : Optional.empty();
  }

  /**
   * {@return whether a value in {@code *_instanceIds.png} is a single object, not a group or stuff}
   *
   * @param instance the value
   */
  public static boolean isInstance(int instance) {
    return instance >= INSTANCES;
  }
}
