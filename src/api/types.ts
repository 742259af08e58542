// The contract's models under short names; generated from the service's OpenAPI description.
import type { components } from './generated';

type Schemas = components['schemas'];

export type Change = Schemas['Change'];
export type Entry = Schemas['Entry'];
export type EntryPage = Schemas['EntryPage'];
export type FieldError = Schemas['FieldError'];
export type Grant = Schemas['Grant'];
export type GrantPage = Schemas['GrantPage'];
export type Hit = Schemas['Hit'];
export type HitPage = Schemas['HitPage'];
export type Kind = Schemas['Kind'];
export type LocalPage = Schemas['LocalPage'];
export type LocalStatus = Schemas['LocalStatus'];
export type Me = Schemas['Me'];
export type NewGrant = Schemas['NewGrant'];
export type Principal = Schemas['Principal'];
export type PrincipalPage = Schemas['PrincipalPage'];
export type Problem = Schemas['Problem'];
export type Role = Schemas['Role'];
export type Topic = Schemas['Topic'];
export type Workspace = Schemas['Workspace'];
