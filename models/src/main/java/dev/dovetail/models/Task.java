package dev.dovetail.models;

import dev.dovetail.heads.ClassificationHead;
import dev.dovetail.heads.DetectionTest;
import dev.dovetail.heads.Head;
import dev.dovetail.heads.InstanceHead;
import dev.dovetail.heads.SemanticHead;

/** What a model is for: its head, and how it is tested. */
public sealed interface Task {

  Head head();

  /** What exported files call it. */
  String name();

  /**
   * A class for every pixel.
   *
   * @param labels how annotations are read when it is evaluated
   */
  record Semantic(SemanticHead head, SemanticTest test, SemanticLabels labels) implements Task {
    @Override
    public String name() {
      return "semantic";
    }
  }

  /** Objects with boxes and masks. */
  record Instances(InstanceHead head, DetectionTest test) implements Task {
    @Override
    public String name() {
      return "instances";
    }
  }

  /** A class for the whole image; the backbone has the head's layers, and there is no adapter. */
  record Classification(ClassificationHead head) implements Task {
    @Override
    public String name() {
      return "classification";
    }
  }
}
