import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import { Schema as MongooseSchema } from 'mongoose';

@Schema({ _id: false })
export class TaxLine {
  @Prop() id!: string;
  @Prop() rate!: string;
  @Prop() amount!: number;
}
const TaxLineSchema = SchemaFactory.createForClass(TaxLine);

@Schema({ _id: false })
export class Price {
  @Prop() id!: string;
  @Prop({ type: String }) type!: string;
  @Prop({ type: String }) period!: string | null;
  @Prop() unitAmount!: string;
  @Prop() list!: number;
  @Prop({ type: [MongooseSchema.Types.Mixed] }) alterations!: unknown[];
  @Prop() net!: number;
  @Prop({ type: [TaxLineSchema] }) taxes!: TaxLine[];
  @Prop() gross!: number;
}
const PriceSchema = SchemaFactory.createForClass(Price);

@Schema({ _id: false })
export class Item {
  @Prop() id!: string;
  @Prop() offeringId!: string;
  @Prop() quantity!: number;
  @Prop() containerId!: string;
  @Prop() action!: string;
  @Prop() status!: string;
  @Prop({ type: MongooseSchema.Types.Mixed }) characteristics!: Record<string, string>;
  @Prop({ type: [PriceSchema] }) prices!: Price[];
}
const ItemSchema = SchemaFactory.createForClass(Item);

@Schema({ _id: false })
export class Total {
  @Prop({ type: String }) type!: string;
  @Prop({ type: String }) period!: string | null;
  @Prop() list!: number;
  @Prop() discount!: number;
  @Prop() net!: number;
  @Prop({ type: [TaxLineSchema] }) taxes!: TaxLine[];
  @Prop() gross!: number;
}
const TotalSchema = SchemaFactory.createForClass(Total);

@Schema({ collection: 'carts', versionKey: 'version', optimisticConcurrency: true, minimize: false })
export class Cart {
  @Prop({ type: String }) _id!: string;
  @Prop() tenant!: string;
  @Prop() cartId!: string;
  @Prop() version!: number;
  @Prop({ type: String }) status!: string;
  @Prop({ type: MongooseSchema.Types.Mixed }) header!: Record<string, unknown>;
  @Prop({ type: [String] }) lookup!: string[];
  @Prop({ type: [MongooseSchema.Types.Mixed] }) containers!: unknown[];
  @Prop({ type: [ItemSchema] }) items!: Item[];
  @Prop({ type: String }) lastUpdateReason!: string | null;
  @Prop({ type: MongooseSchema.Types.Mixed }) created!: { at: Date; by: string | null };
  @Prop({ type: MongooseSchema.Types.Mixed }) updated!: { at: Date; by: string | null };
  @Prop({ type: [TotalSchema] }) totals!: Total[];
  @Prop({ type: MongooseSchema.Types.Mixed }) dueNow!: { gross: number; adjustments: number };
  @Prop({ type: [MongooseSchema.Types.Mixed] }) warnings!: unknown[];
  @Prop({ type: MongooseSchema.Types.Mixed }) pricing!: Record<string, unknown>;
}
export const CartSchema = SchemaFactory.createForClass(Cart);
