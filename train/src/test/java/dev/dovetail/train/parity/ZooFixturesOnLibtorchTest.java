package dev.dovetail.train.parity;

import dev.dovetail.models.parity.ZooFixturesTest;
import org.junit.jupiter.api.Tag;

/** Models of timm and transformers, and adapters, with the training engine. */
@Tag("slow")
class ZooFixturesOnLibtorchTest extends ZooFixturesTest {}
