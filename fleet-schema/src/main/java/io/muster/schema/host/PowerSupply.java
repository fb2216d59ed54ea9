package io.muster.schema.host;

import java.util.OptionalDouble;

/**
 * One power supply unit of a chassis.
 *
 * @param id number among the supplies of the host, from 0
 * @param status {@code Unknown}, {@code Ok}, {@code Degraded}, {@code Failed} or {@code NotPresent}
 * @param powerWatts output, W
 */
public record PowerSupply(int id, String name, String status, OptionalDouble powerWatts) {}
