package dev.amulet.training.vision;

import static dev.amulet.format.v1.Interpolation.BICUBIC;
import static dev.amulet.format.v1.Interpolation.BILINEAR;
import static dev.amulet.training.vision.WeightLocation.hub;
import static dev.amulet.training.vision.WeightLocation.pytorch;
import static dev.amulet.training.vision.WeightLocation.release;

import dev.amulet.training.vision.architecture.Architecture;
import dev.amulet.training.vision.architecture.DenseNet;
import dev.amulet.training.vision.architecture.EfficientNet;
import dev.amulet.training.vision.architecture.InceptionV3;
import dev.amulet.training.vision.architecture.ResNet;
import dev.amulet.training.vision.architecture.Xception;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The architectures that can be chosen by name: Driverless AI's ten, and four variants that public
 * weights exist for. Figures and licences are timm's (1.0.29).
 */
public final class BackboneCatalogue {
  private static final NativeInput PHOTO = NativeInput.imagenet(224, 0.875, BICUBIC);

  private static final List<BackboneSpec> TEN =
      List.of(
          spec(
              "densenet121",
              "densenet121.ra_in1k",
              DenseNet.densenet121(),
              PHOTO,
              1024,
              6_953_856,
              "classifier",
              hub("densenet121.ra_in1k")),
          spec(
              "efficientnetb0",
              "efficientnet_b0.ra_in1k",
              EfficientNet.efficientnetb0(false),
              PHOTO,
              1280,
              4_007_548,
              "classifier",
              hub("efficientnet_b0.ra_in1k"),
              release("v0.1-weights/efficientnet_b0_ra-3dd342df.pth")),
          spec(
              "efficientnetb2",
              "efficientnet_b2.ra_in1k",
              EfficientNet.efficientnetb2(false),
              NativeInput.imagenet(256, 0.875, BICUBIC),
              1408,
              7_700_994,
              "classifier",
              hub("efficientnet_b2.ra_in1k"),
              release("v0.1-weights/efficientnet_b2_ra-bcdf34b7.pth")),
          spec(
              "inception_v3",
              "inception_v3.tv_in1k",
              InceptionV3.inceptionV3(),
              NativeInput.centred(299, 0.875, BICUBIC),
              2048,
              21_785_568,
              "fc",
              hub("inception_v3.tv_in1k"),
              pytorch("inception_v3_google-1a9a5a14.pth")),
          spec(
              "mobilenetv2",
              "mobilenetv2_100.ra_in1k",
              EfficientNet.mobilenetv2(),
              PHOTO,
              1280,
              2_223_872,
              "classifier",
              hub("mobilenetv2_100.ra_in1k"),
              release("v0.1-weights/mobilenetv2_100_ra-b33bc2c4.pth")),
          spec(
              "resnet34",
              "resnet34.bt_in1k",
              ResNet.resnet34(),
              PHOTO,
              512,
              21_284_672,
              "fc",
              hub("resnet34.bt_in1k"),
              release("v0.1-weights/resnet34-43635321.pth")),
          spec(
              "resnet50",
              "resnet50.ra_in1k",
              ResNet.resnet50(),
              PHOTO,
              2048,
              23_508_032,
              "fc",
              hub("resnet50.ra_in1k"),
              release("v0.1-weights/resnet50_ra-85ebb6e5.pth")),
          spec(
              "seresnet50",
              "seresnet50.ra2_in1k",
              ResNet.seresnet50(),
              PHOTO,
              2048,
              26_039_024,
              "fc",
              hub("seresnet50.ra2_in1k"),
              release("v0.1-weights/seresnet50_ra_224-8efdb4bb.pth")),
          spec(
              "seresnext50",
              "seresnext50_32x4d.racm_in1k",
              ResNet.seresnext50(),
              PHOTO,
              2048,
              25_510_896,
              "fc",
              hub("seresnext50_32x4d.racm_in1k"),
              release("v0.1-weights/seresnext50_32x4d_racm-a304a460.pth")),
          spec(
              "xception",
              "legacy_xception.tf_in1k",
              Xception.xception(),
              NativeInput.centred(299, 0.8975, BICUBIC),
              2048,
              20_806_952,
              "fc",
              release("v0.1-cadene/xception-43020ad28.pth")));

  private static final List<BackboneSpec> VARIANTS =
      List.of(
          spec(
              "tf_efficientnetb0",
              "tf_efficientnet_b0.aa_in1k",
              EfficientNet.efficientnetb0(true),
              PHOTO,
              1280,
              4_007_548,
              "classifier",
              hub("tf_efficientnet_b0.aa_in1k")),
          spec(
              "tf_efficientnetb2",
              "tf_efficientnet_b2.aa_in1k",
              EfficientNet.efficientnetb2(true),
              NativeInput.imagenet(260, 0.89, BICUBIC),
              1408,
              7_700_994,
              "classifier",
              hub("tf_efficientnet_b2.aa_in1k")),
          spec(
              "legacy_seresnet50",
              "legacy_seresnet50.in1k",
              ResNet.legacySeresnet50(),
              NativeInput.imagenet(224, 0.875, BILINEAR),
              2048,
              26_039_024,
              "last_linear",
              release("v0.1-cadene/se_resnet50-ce0d4300.pth")),
          spec(
              "legacy_seresnext50",
              "legacy_seresnext50_32x4d.in1k",
              ResNet.legacySeresnext50(),
              NativeInput.imagenet(224, 0.875, BILINEAR),
              2048,
              25_510_896,
              "last_linear",
              release("v0.1-weights/legacy_se_resnext50_32x4d-f3651bad.pth")));

  private BackboneCatalogue() {}

  /** The ten, by name. */
  public static List<BackboneSpec> ten() {
    return TEN;
  }

  /** The ten and the variants. */
  public static List<BackboneSpec> all() {
    return Stream.concat(TEN.stream(), VARIANTS.stream()).toList();
  }

  /** The entry of this name. */
  public static Optional<BackboneSpec> find(String name) {
    return all().stream().filter(spec -> spec.name().equals(name)).findFirst();
  }

  private static BackboneSpec spec(
      String name,
      String weightsOf,
      Architecture architecture,
      NativeInput input,
      int embeddingWidth,
      long parameters,
      String classifier,
      WeightLocation... locations) {
    return new BackboneSpec(
        name,
        weightsOf,
        architecture,
        input,
        embeddingWidth,
        parameters,
        classifier,
        "Apache-2.0",
        List.of(locations));
  }
}
