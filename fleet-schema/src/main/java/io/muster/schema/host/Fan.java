package io.muster.schema.host;

/**
 * One fan of a chassis.
 *
 * @param id number among the fans of the host, from 0
 * @param name label of the sensor
 * @param speedRpm revolutions per minute
 * @param maxRpm highest speed; 0 if the sensor does not report it
 */
public record Fan(int id, String name, int speedRpm, int maxRpm) {}
