package main

import (
	"time"

	"go.mongodb.org/mongo-driver/bson"
)

// Cart is the document as it is stored. What this program doesn't know of it is kept in Rest.
type Cart struct {
	ID               string      `bson:"_id"`
	CartID           string      `bson:"cartId"`
	Tenant           string      `bson:"tenant"`
	Version          int         `bson:"version"`
	Status           string      `bson:"status"`
	Header           Header      `bson:"header"`
	Containers       []Container `bson:"containers"`
	Items            []Item      `bson:"items"`
	LastUpdateReason *string     `bson:"lastUpdateReason"`
	Created          Written     `bson:"created"`
	Updated          Written     `bson:"updated"`
	Totals           []Total     `bson:"totals"`
	DueNow           DueNow      `bson:"dueNow"`
	Warnings         bson.A      `bson:"warnings"`
	Pricing          Pricing     `bson:"pricing"`

	Rest map[string]bson.RawValue `bson:",inline"`
}

type Header struct {
	Country  string   `bson:"country" json:"country"`
	Locale   string   `bson:"locale" json:"locale"`
	Currency string   `bson:"currency" json:"currency"`
	Channel  Channel  `bson:"channel" json:"channel"`
	Customer Customer `bson:"customer" json:"customer"`
}

type Channel struct {
	ID string `bson:"id" json:"id"`
}

type Customer struct {
	ID       string `bson:"id" json:"id"`
	UserType string `bson:"userType" json:"userType"`
}

type Container struct {
	ID             string  `bson:"id" json:"id"`
	Category       string  `bson:"category" json:"category"`
	ProcessContext string  `bson:"processContext" json:"processContext"`
	PortfolioID    *string `bson:"portfolioId" json:"portfolioId"`
	Attributes     bson.M  `bson:"attributes" json:"attributes"`
}

type Item struct {
	ID              string  `bson:"id" json:"id"`
	OfferingID      string  `bson:"offeringId" json:"offeringId"`
	Quantity        int     `bson:"quantity" json:"quantity"`
	ContainerID     string  `bson:"containerId" json:"containerId"`
	Action          string  `bson:"action" json:"action"`
	Status          string  `bson:"status" json:"status"`
	Characteristics bson.M  `bson:"characteristics" json:"characteristics"`
	Prices          []Price `bson:"prices" json:"-"`
}

type Price struct {
	ID          string  `bson:"id" json:"id"`
	Type        string  `bson:"type" json:"type"`
	Period      *string `bson:"period" json:"period"`
	Unit        *string `bson:"unit" json:"unit"`
	UnitAmount  string  `bson:"unitAmount" json:"unitAmount"`
	List        Amount  `bson:"list" json:"list"`
	Alterations bson.A  `bson:"alterations" json:"alterations"`
	Net         Amount  `bson:"net" json:"net"`
	Taxes       []Tax   `bson:"taxes" json:"taxes"`
	Gross       Amount  `bson:"gross" json:"gross"`
}

type Tax struct {
	ID     string `bson:"id" json:"id"`
	Rate   string `bson:"rate" json:"rate"`
	Amount Amount `bson:"amount" json:"amount"`
}

type Total struct {
	Type     string  `bson:"type" json:"type"`
	Period   *string `bson:"period" json:"period"`
	List     Amount  `bson:"list" json:"list"`
	Discount Amount  `bson:"discount" json:"discount"`
	Net      Amount  `bson:"net" json:"net"`
	Taxes    []Tax   `bson:"taxes" json:"taxes"`
	Gross    Amount  `bson:"gross" json:"gross"`
}

type DueNow struct {
	Gross       Amount `bson:"gross"`
	Adjustments Amount `bson:"adjustments"`
	Rounding    Amount `bson:"rounding"`
	Net         Amount `bson:"net"`
}

type Written struct {
	At time.Time `bson:"at"`
	By *string   `bson:"by"`
}

type Pricing struct {
	Policy          string    `bson:"policy" json:"policy"`
	CatalogRevision int       `bson:"catalogRevision" json:"catalogRevision"`
	PricedAt        time.Time `bson:"pricedAt" json:"pricedAt"`
}
