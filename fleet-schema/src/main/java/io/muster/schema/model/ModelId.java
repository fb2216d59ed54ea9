package io.muster.schema.model;

/**
 * The number of one version of a model.
 *
 * @param id number assigned by the registry
 */
public record ModelId(int id) {}
