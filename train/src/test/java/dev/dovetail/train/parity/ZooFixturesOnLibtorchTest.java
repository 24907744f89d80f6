package dev.dovetail.train.parity;

import dev.dovetail.models.parity.ZooFixturesTest;

/** Models of timm and transformers, and adapters, on the engine that trains. */
class ZooFixturesOnLibtorchTest extends ZooFixturesTest {}
