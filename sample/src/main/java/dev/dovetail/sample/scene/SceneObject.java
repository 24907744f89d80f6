package dev.dovetail.sample.scene;

/**
 * A body in a scene.
 *
 * @param category what it is
 * @param segment the number of its segment, which a crowd shares
 * @param x the column of its middle
 * @param base the row where it stands
 * @param radius pixels from the middle to the farthest that the body reaches
 * @param turn how it lies
 * @param material what it is made of
 */
record SceneObject(
    Category category,
    int segment,
    double x,
    double base,
    double radius,
    Rotation turn,
    Material material) {}
