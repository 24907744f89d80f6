package dev.dovetail.models;

import dev.dovetail.adapters.Fpn;
import dev.dovetail.adapters.HierarchicalVitComer;
import dev.dovetail.adapters.NoAdapter;
import dev.dovetail.adapters.SimplePyramid;
import dev.dovetail.adapters.VitAdapter;
import dev.dovetail.adapters.VitBaseline;
import dev.dovetail.adapters.VitComer;
import dev.dovetail.backbones.Preset;
import dev.dovetail.backbones.convnext.ConvNeXt;
import dev.dovetail.backbones.edgevit.EdgeVit;
import dev.dovetail.backbones.efficientvit.EfficientVit;
import dev.dovetail.backbones.mobilevit.MobileVitV2;
import dev.dovetail.backbones.resnet.ResNet;
import dev.dovetail.backbones.segformer.MixTransformer;
import dev.dovetail.backbones.swin.Swin;
import dev.dovetail.backbones.vit.VisionTransformer;
import dev.dovetail.heads.ClassificationHead;
import dev.dovetail.heads.Mask2Former;
import dev.dovetail.heads.MaskRcnn;
import dev.dovetail.heads.SegformerHead;
import dev.dovetail.heads.UperNet;
import dev.dovetail.models.Part.Kind;
import java.util.List;
import java.util.stream.Stream;

/** The parts that come with Dovetail. */
public final class BuiltInParts implements PartProvider {

  @Override
  public List<Part<?>> parts() {
    return List.of(
        new Part<>(Kind.BACKBONE, "vit", VisionTransformer.defaults()),
        new Part<>(Kind.BACKBONE, "beit", VisionTransformer.beitDefaults()),
        new Part<>(Kind.BACKBONE, "mobilevitv2", MobileVitV2.defaults()),
        new Part<>(Kind.BACKBONE, "efficientvit", EfficientVit.defaults()),
        new Part<>(Kind.BACKBONE, "swin", Swin.defaults()),
        new Part<>(Kind.BACKBONE, "edgevit", EdgeVit.defaults()),
        new Part<>(Kind.BACKBONE, "mit", MixTransformer.defaults()),
        new Part<>(Kind.BACKBONE, "convnext", ConvNeXt.defaults()),
        new Part<>(Kind.BACKBONE, "resnet", ResNet.defaults()),
        new Part<>(Kind.ADAPTER, "vit-comer", VitComer.defaults()),
        new Part<>(Kind.ADAPTER, "vit-comer-hierarchical", HierarchicalVitComer.defaults()),
        new Part<>(Kind.ADAPTER, "vit-adapter", VitAdapter.defaults()),
        new Part<>(Kind.ADAPTER, "vit-baseline", VitBaseline.defaults()),
        new Part<>(Kind.ADAPTER, "simple-pyramid", SimplePyramid.defaults()),
        new Part<>(Kind.ADAPTER, "plain", NoAdapter.defaults()),
        new Part<>(Kind.NECK, "fpn", Fpn.defaults()),
        new Part<>(Kind.HEAD, "classifier", ClassificationHead.defaults()),
        new Part<>(Kind.HEAD, "mask-rcnn", MaskRcnn.defaults()),
        new Part<>(Kind.HEAD, "upernet", UperNet.defaults()),
        new Part<>(Kind.HEAD, "segformer", SegformerHead.defaults()),
        new Part<>(Kind.HEAD, "mask2former", Mask2Former.defaults()));
  }

  @Override
  public List<Preset> presets() {
    return Stream.of(
            VisionTransformer.presets(),
            MobileVitV2.presets(),
            EfficientVit.presets(),
            EdgeVit.presets(),
            MixTransformer.presets(),
            Swin.presets(),
            ConvNeXt.presets(),
            ResNet.presets())
        .flatMap(List::stream)
        .toList();
  }
}
