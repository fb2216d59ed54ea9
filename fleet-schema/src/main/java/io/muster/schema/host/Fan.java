package io.muster.schema.host;

/**
 * One fan of a chassis.
 *
 * @param id number among the fans of the host, from 0
 * @param name label of the sensor
 * @param speedRpm revolutions per minute
 * @param maxRpm highest speed; 0 where the sensor does not tell
 */
public record Fan(int id, String name, int speedRpm, int maxRpm) {}
