package dev.dovetail.cli.labels;

import java.io.IOException;

/** Targets that the constants of an enum can refer to before they are initialized. */
final class FormatTargets {

  private FormatTargets() {}

  static LabelTarget coco(TargetRequest request) throws IOException {
    return request.detections() ? new CocoResultsTarget(request) : new CocoTarget(request);
  }

  static LabelTarget panoptic(TargetRequest request) {
    return new PanopticTarget(request);
  }

  static LabelTarget masks(TargetRequest request) {
    return new MaskTarget(request, LabelFormat.MASKS, MaskCoding.NUMBERS);
  }

  static LabelTarget instances(TargetRequest request) {
    return new MaskTarget(request, LabelFormat.INSTANCES, MaskCoding.NUMBERS);
  }

  static LabelTarget vocMasks(TargetRequest request) {
    return new MaskTarget(request, LabelFormat.VOC_MASKS, MaskCoding.VOC);
  }

  static LabelTarget ade20k(TargetRequest request) {
    return new MaskTarget(request, LabelFormat.ADE20K, MaskCoding.ADE20K);
  }

  static LabelTarget cityscapes(TargetRequest request) {
    return new MaskTarget(request, LabelFormat.CITYSCAPES, MaskCoding.CITYSCAPES);
  }
}
